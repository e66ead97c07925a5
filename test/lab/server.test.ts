/** The server of `natgrad lab`, and the command. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lab } from "../../src/cli/labCommand.ts";
import { type LabServer, startLabServer } from "../../src/cli/labServer.ts";
import { exitCodes, run } from "../../src/cli/program.ts";
import { builtLab } from "../support/builtLab.ts";
import { memoryContext } from "../support/outputs.ts";

let folder: string;
let file: string;
let server: LabServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "natgrad-lab-"));
  file = join(folder, "my data.csv");
  await writeFile(file, "x,y\n1,2\n");
  server = await startLabServer({ folder: await builtLab(), port: 0, file });
}, 600_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** A request whose path and host are sent as they are. */
function ask(path: string, { method = "GET", host = "" } = {}): Promise<Reply> {
  const { port } = new URL(server.address);
  const headers = host ? { host } : {};
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on("error", reject).end();
  });
}

describe("the server", () => {
  it("serves the page with a strict policy", async () => {
    const { status, headers, text } = await ask("/");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    const policy = `${headers["content-security-policy"]}`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    // no inline scripts or styles, no evaluation, no other host
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(text).toContain('<div id="lab">');
  });

  it("has the same policy in the page itself, for hosts that send no headers", async () => {
    const { text } = await ask("/");
    const content = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1];
    expect(content?.replaceAll("&#39;", "'")).toContain("script-src 'self' 'wasm-unsafe-eval'");
  });

  it("serves what the page names, and nothing outside of the folder", async () => {
    const { text } = await ask("/");
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(text)?.[1] ?? "";
    expect((await ask(script)).headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect((await ask(script, { method: "HEAD" })).text).toBe("");
    const paths = ["/../package.json", "/%2e%2e/package.json", "/assets", "/given/other.csv", "//"];
    for (const path of paths) expect((await ask(path)).status, path).toBe(404);
  });

  it("answers to this machine's names alone, so that no page elsewhere can read it", async () => {
    expect((await ask("/", { host: "localhost:80" })).status).toBe(200);
    for (const host of ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example"]) {
      expect((await ask("/", { host })).status, host).toBe(403);
    }
    expect((await ask("/", { method: "POST" })).status).toBe(405);
  });

  it("hands over the file that it was given", async () => {
    expect(server.address).toMatch(/\/\?open=my%20data\.csv$/);
    const { text, headers } = await ask("/given/my%20data.csv");
    expect(text).toBe("x,y\n1,2\n");
    expect(headers["content-type"]).toBe("application/octet-stream");
  });

  it("refuses what it cannot serve, before it listens", async () => {
    const built = await builtLab();
    await expect(startLabServer({ folder, port: 0 })).rejects.toThrow("the lab is not built");
    const missing = join(folder, "none.csv");
    await expect(startLabServer({ folder: built, port: 0, file: missing })).rejects.toThrow(
      "there is no file",
    );
    await expect(startLabServer({ folder: built, port: 0, file: folder })).rejects.toThrow(
      "is no file",
    );
    const port = Number(new URL(server.address).port);
    await expect(startLabServer({ folder: built, port })).rejects.toThrow("EADDRINUSE");
  });
});

describe("natgrad lab", () => {
  it("prints the address, serves until it is stopped, and then no longer", async () => {
    const stopped = new AbortController();
    const context = memoryContext(stopped.signal);
    const { stdout } = context;
    const running = lab(file, {}, context, await builtLab());
    await expect.poll(() => stdout.text).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?open=/);
    const address = stdout.text.trim();
    expect((await fetch(address)).status).toBe(200);
    stopped.abort();
    await running;
    await expect(fetch(address)).rejects.toThrow();
  });

  it.each(["80000", "-1", "x", "1.5"])("refuses --port %s", async (port) => {
    const context = memoryContext();
    expect(await run(["lab", `--port=${port}`], context)).toBe(exitCodes.usage);
    expect(context.stderr.text).toContain(`--port is ${port}, expected a whole number`);
  });
});
