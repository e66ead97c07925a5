import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { download } from "../../src/datasets/download.ts";
import { MissingError } from "../../src/errors.ts";
import { closedAddress, serve } from "../support/server.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("download", () => {
  it("returns the bytes and reports them as they come", async () => {
    const { address } = await serve((_, response) => {
      response.setHeader("content-length", 6);
      response.write("abc");
      setTimeout(() => response.end("def"), 20);
    });
    const seen: [number, number | undefined][] = [];
    const bytes = await download(address, { onProgress: (...report) => seen.push(report) });
    expect(text(bytes)).toBe("abcdef");
    expect(seen[0]).toEqual([3, 6]);
    expect(seen.at(-1)).toEqual([6, 6]);
  });

  it("names no total where the server packs on its way", async () => {
    const packed = gzipSync("a text that is packed");
    const { address } = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length });
      response.end(packed);
    });
    const totals: unknown[] = [];
    const bytes = await download(address, { onProgress: (_, total) => totals.push(total) });
    expect(text(bytes)).toBe("a text that is packed");
    expect(new Set(totals)).toEqual(new Set([undefined]));
  });

  it("follows redirects", async () => {
    const server = await serve((request, response) => {
      if (request.url === "/there") response.end("found");
      else response.writeHead(302, { location: "/there" }).end();
    });
    expect(text(await download(`${server.address}/here`))).toBe("found");
    expect(server.requests).toEqual(["/here", "/there"]);
  });

  it.each([
    [404, "HTTP 404 Not Found"],
    [500, "HTTP 500 Internal Server Error"],
  ])("says HTTP %i", async (status, message) => {
    const { address } = await serve((_, response) => {
      response.writeHead(status).end("<html>");
    });
    await expect(download(`${address}/x`)).rejects.toThrow(
      new MissingError(`${address}/x: ${message}`),
    );
  });

  it("refuses a body that ends before its announced length", async () => {
    const { address } = await serve((_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("only this");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(download(address)).rejects.toThrow(MissingError);
  });

  it("says that nobody answers", async () => {
    const address = await closedAddress();
    await expect(download(address)).rejects.toThrow(/^http:.*: connect ECONNREFUSED 127\.0\.0\.1/);
  });

  it("gives up a server that falls silent, before and after its first byte", async () => {
    for (const first of [undefined, "a byte"]) {
      const { address } = await serve((_, response) => {
        if (first) response.write(first);
      });
      await expect(download(address, { patience: 0.05 })).rejects.toThrow(
        new MissingError(`${address}: no answer for 0.05 s`),
      );
    }
  });

  it("waits for a server that is slow but not silent", async () => {
    const { address } = await serve((_, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        response.write(".");
        sent += 1;
        if (sent === 10) {
          clearInterval(timer);
          response.end();
        }
      }, 40);
    });
    // 0.4 s in all, never 0.3 s in silence
    expect(text(await download(address, { patience: 0.3 }))).toBe("..........");
  });

  it("stops at its limit", async () => {
    const { address } = await serve((_, response) => {
      response.end("x".repeat(1000));
    });
    await expect(download(address, { limit: 999 })).rejects.toThrow("more than the 999 bytes");
  });

  it("throws the reason of its signal, before and while it runs", async () => {
    const reason = new Error("stop");
    const { address, requests } = await serve((_, response) => {
      response.write("a");
    });
    await expect(download(address, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);
    const abort = new AbortController();
    const running = download(address, {
      signal: abort.signal,
      onProgress: () => abort.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
  });
});
