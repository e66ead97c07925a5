/** Builds the lab into `dist/lab` of the package: static files that ask for nothing from outside. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defaultClientConditions, defineConfig, type Plugin } from "vite";
import { CONTENT_POLICY } from "../src/cli/labPolicy.ts";

/** Hosts that send no headers get the policy from the page itself. The dev server's inline styles would not pass it. */
function contentPolicy(): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [svelte(), contentPolicy()],
  resolve: { conditions: ["natgrad-source", ...defaultClientConditions] },
  worker: { format: "es" },
  build: {
    outDir: "../dist/lab",
    emptyOutDir: true,
    target: "es2023",
    // fonts and pictures as files: the policy allows no data: addresses
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
