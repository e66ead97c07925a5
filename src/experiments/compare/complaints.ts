/** What is wrong with a configuration, in words: of a choice between forms, only what concerns the form that was meant. */
import type { z } from "zod";
import { nearest } from "../../datasets/nearest.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong, and where. */
export interface Complaint {
  /** from the value that was parsed */
  readonly path: Path;
  /** e.g. "found 0, expected 1 or more" */
  readonly text: string;
}

/**
 * What a schema did not accept of a value.
 *
 * @example
 * complaintsOf(compareConfiguration.safeParse({ model: "linear" }).error.issues, { model: "linear" });
 * // [{ path: ["data"], text: 'missing, expected the name of a data set, { "name": … } or …' }]
 */
export function complaintsOf(issues: readonly Issue[], value: unknown): Complaint[] {
  return issues.flatMap((issue) => complaintOf(issue, value, []));
}

/** "model.layers[1]". */
export function placeText(path: Path): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`))
    .join("");
}

/** `parent` is where the value lies; paths within a choice begin there. */
function complaintOf(issue: Issue, value: unknown, parent: Path): Complaint[] {
  const path = [...parent, ...issue.path];
  const found = issue.path.reduce<unknown>(memberOf, value);
  if (issue.code !== "invalid_union") return [{ path, text: textOf(issue, found) }];
  const meant = found === undefined ? undefined : formMeant(issue.errors, found);
  if (meant) return meant.flatMap((inner) => complaintOf(inner, found, path));
  const options = "options" in issue ? (issue.options as readonly unknown[]) : undefined;
  return [
    { path, text: `${foundText(found)}, ${options ? oneOf(options, found) : issue.message}` },
  ];
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}

/** The problems with the form that a value comes nearest to; none where it comes near to none, or to several alike. */
function formMeant(forms: readonly Issue[][], found: unknown): readonly Issue[] | undefined {
  const ofItsType = forms.filter(
    (issues) => !issues.some((issue) => isOfAnotherType(issue, found)),
  );
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    return ofItsType.length === 1 ? ofItsType[0] : undefined;
  }
  const count = Object.keys(found).length;
  const known = ofItsType.filter((issues) => strangers(issues) < count);
  return known.sort((a, b) => strangers(a) - strangers(b) || a.length - b.length)[0];
}

function isOfAnotherType(issue: Issue, found: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_type") return true;
  return issue.code === "invalid_value" && typeof issue.values[0] !== typeof found;
}

/** How many members of an object a form does not have. */
function strangers(issues: readonly Issue[]): number {
  return issues.reduce(
    (sum, issue) =>
      sum + (issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys.length : 0),
    0,
  );
}

const types: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "an integer",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
};

function textOf(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return `${foundText(found)}, expected ${types[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `${foundText(found)}, ${oneOf(issue.values, found)}`;
    case "unrecognized_keys":
      return `there is no member ${issue.keys.map((key) => JSON.stringify(key)).join(" or ")}`;
    case "too_small":
      return `${foundText(found)}, expected ${issue.inclusive ? "" : "more than "}${issue.minimum}${issue.inclusive ? " or more" : ""}${unitOf(issue.origin)}`;
    case "too_big":
      return `${foundText(found)}, expected ${issue.inclusive ? "" : "less than "}${issue.maximum}${issue.inclusive ? " or less" : ""}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  return { string: " letters", array: " entries" }[origin] ?? "";
}

function oneOf(options: readonly unknown[], found: unknown): string {
  const near =
    typeof found === "string"
      ? nearest(
          found,
          options.filter((x) => typeof x === "string"),
        )
      : null;
  const list = options.map((option) => JSON.stringify(option)).join(", ");
  return `expected ${options.length > 1 ? "one of " : ""}${list}${near ? `; did you mean ${near}?` : ""}`;
}

/** characters of a value that are shown */
const SHOWN = 60;

function foundText(found: unknown): string {
  if (found === undefined) return "missing";
  const text = JSON.stringify(found);
  return `found ${text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text}`;
}
