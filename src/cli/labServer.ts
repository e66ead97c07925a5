/** Serves the built lab, and one file of the reader's, to this machine alone. */
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { MissingError } from "../errors.ts";
import { CONTENT_POLICY } from "./labPolicy.ts";

export interface LabServerOptions {
  /** folder of the built lab */
  readonly folder: string;
  /** 0 for any free one */
  readonly port: number;
  /** a file that the page opens at its start */
  readonly file?: string | undefined;
}

export interface LabServer {
  /** of the page, with the file to open where there is one */
  readonly address: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": `${CONTENT_POLICY}; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-cache",
};

/**
 * Starts the server on 127.0.0.1. The files of the folder are read once, so that no request names a path; a request
 * that was made under another host name (a page elsewhere whose name points here) is refused. Throws
 * {@link MissingError} where the lab is not built, and what `listen` throws for a port that is taken.
 */
export async function startLabServer(options: LabServerOptions): Promise<LabServer> {
  const files = await readFiles(options.folder);
  const given = options.file === undefined ? undefined : await givenFile(options.file);
  const server = createServer((request, response) => {
    answer(request, response, files, given).catch(() => response.destroy());
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const query = given ? `?open=${encodeURIComponent(given.name)}` : "";
  return {
    address: `http://127.0.0.1:${port}/${query}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Given {
  readonly name: string;
  readonly path: string;
}

async function givenFile(path: string): Promise<Given> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new MissingError(`there is no file ${path}`);
  if (!found.isFile()) throw new MissingError(`${path} is no file`);
  return { name: basename(path), path };
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  const files = new Map<string, Buffer>();
  for (const path of paths) {
    const name = path.slice(folder.length).replaceAll("\\", "/").replace(/^\/?/, "/");
    files.set(name, await readFile(path));
  }
  const index = files.get("/index.html");
  if (!index) {
    throw new MissingError(`the lab is not built: there is no ${join(folder, "index.html")}`);
  }
  return files.set("/", index);
}

async function answer(
  { method, url = "/", headers: { host = "" } }: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, Buffer>,
  given: Given | undefined,
): Promise<void> {
  const refuse = (status: number): void => {
    response.writeHead(status, HEADERS).end();
  };
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return refuse(403);
  if (method !== "GET" && method !== "HEAD") return refuse(405);
  const [path] = url.split("?");
  if (given && path === `/given/${encodeURIComponent(given.name)}`) {
    response.writeHead(200, { ...HEADERS, "Content-Type": "application/octet-stream" });
    if (method === "HEAD") response.end();
    else await pipeline(createReadStream(given.path), response);
    return;
  }
  const content = files.get(path);
  if (!content) return refuse(404);
  const type = TYPES[path === "/" ? ".html" : extname(path)] ?? "application/octet-stream";
  response.writeHead(200, { ...HEADERS, "Content-Type": type, "Content-Length": content.length });
  response.end(method === "HEAD" ? undefined : content);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
