/** A data set of two samples whose files a local server can have. */
import { createHash } from "node:crypto";
import { parseLabelledCsv } from "../../src/datasets/csv.ts";
import type { CheckedForm, DatasetEntry } from "../../src/datasets/dataset.ts";

export const toyText = "2,1,no,yes\n1.5,0\n-2,1\n";

/** The set, downloadable from `addresses`. */
export function toyEntry(addresses: readonly string[], form: CheckedForm = "exact"): DatasetEntry {
  return {
    name: "Toy",
    title: "two samples",
    aliases: [],
    rows: 2,
    columns: 1,
    task: "classification",
    likelihood: "bernoulli",
    classes: ["no", "yes"],
    source: "this test",
    licence: "MIT",
    citation: "none",
    embedded: false,
    files: [
      {
        path: "toy/toy.csv",
        urls: addresses.map((address) => `${address}/toy.csv`),
        form,
        sha256: createHash("sha256").update(toyText).digest("hex"),
        size: toyText.length,
      },
    ],
    read: ([csv]) => parseLabelledCsv(csv),
  };
}
