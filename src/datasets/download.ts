/** One file over HTTP, as a whole or not at all. */
import { MissingError } from "../errors.ts";
import { concatenate } from "./gzip.ts";

export interface DownloadOptions {
  /** called as bytes come; `total` only where the server says it */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
  /** give up after so many seconds without a byte; default 20 */
  readonly patience?: number;
  /** give up after so many bytes; default 2³¹ */
  readonly limit?: number;
}

/**
 * The bytes at `url`; redirects are followed.
 * Throws {@link MissingError} with the reason where they cannot be had, the signal's reason where it is aborted.
 */
export async function download(url: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  const { onProgress, signal, patience = 20, limit = 2 ** 31 } = options;
  const stalled = new AbortController();
  const silence = new MissingError(`${url}: no answer for ${patience} s`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(silence), patience * 1000);
  };
  listen();
  try {
    signal?.throwIfAborted();
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new MissingError(`${url}: HTTP ${response.status} ${response.statusText}`.trim());
    }
    const total = announcedLength(response.headers);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      listen();
      received += value.length;
      if (received > limit) {
        await reader.cancel();
        throw new MissingError(`${url}: more than the ${limit} bytes that were expected at most`);
      }
      chunks.push(value);
      onProgress?.(received, total);
    }
    return concatenate(chunks, received);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof MissingError) throw cause;
    throw new MissingError(`${url}: ${networkReason(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The length of the body as it will be read: unknown where the server packs it on its way. */
function announcedLength(headers: Headers): number | undefined {
  const length = Number(headers.get("content-length"));
  return length > 0 && !headers.has("content-encoding") ? length : undefined;
}

/** fetch says "fetch failed" or "terminated"; what happened is in the causes below. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const deeper = error instanceof AggregateError ? error.errors[0] : error.cause;
  return deeper ? networkReason(deeper) : error.message;
}
