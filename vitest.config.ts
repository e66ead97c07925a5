import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// the package's own imports ("#files", "#native") then name the sources, not dist
const source = "natgrad-source";

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: { include: ["test/**/*.test.ts"] },
});
