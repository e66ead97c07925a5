/** Workers that do not fail in silence. */
import { notice } from "./notice.svelte.ts";

/** The worker; where it does not load the page says so, because its answers will not come. */
export function watched(worker: Worker): Worker {
  worker.addEventListener("error", ({ message }) => {
    notice.warn(message || "A part of the page could not be loaded. Reload it to go on.");
  });
  return worker;
}
