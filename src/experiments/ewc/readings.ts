import type { Statement } from "../results.ts";
import type { EwcResult } from "./results.ts";
export function readings(_result: EwcResult): Statement[] {
  return [];
}
