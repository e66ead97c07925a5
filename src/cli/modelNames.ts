/** Names of families and encodings, as other programs call them. */
import { nearest } from "../datasets/nearest.ts";
import type { FamilyName } from "../statistics/results.ts";
import { UsageError } from "./context.ts";
import { choice } from "./optionValues.ts";

const families: readonly FamilyName[] = ["gaussian", "bernoulli", "categorical", "poisson"];
const otherNames: ReadonlyMap<string, FamilyName> = new Map([
  ["normal", "gaussian"],
  ["linear", "gaussian"],
  ["binomial", "bernoulli"],
  ["logistic", "bernoulli"],
  ["logit", "bernoulli"],
  ["multinomial", "categorical"],
  ["softmax", "categorical"],
]);

/** The family of a name. Throws {@link UsageError} for what is none, with the one that is meant. */
export function familyOf(text: string): FamilyName {
  const found = families.find((name) => name === text.toLowerCase());
  if (found) return found;
  const meant = otherNames.get(text.toLowerCase()) ?? nearest(text, families);
  throw new UsageError(
    `--family is ${JSON.stringify(text)}, expected one of ${families.join(", ")}${meant ? `; did you mean ${meant}?` : ""}`,
  );
}

/** The encoding of a name, in whatever spelling. Throws {@link UsageError} for one that is not read. */
export function encodingOf(text: string): string {
  const name = text.toLowerCase();
  const latin = /^(iso-?8859-1|(windows-|cp)1252|latin[-_]?1)$/.test(name);
  return choice("--encoding", latin ? "latin-1" : name.replace(/^utf[-_]?(8|16)$/, "utf-$1"), [
    "utf-8",
    "latin-1",
    "utf-16",
  ]);
}
