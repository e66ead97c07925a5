/** The view of the room Diagnose in the words of the command line and of the library. */
import type { DiagnoseCommandOptions } from "../../../../src/cli/diagnose.ts";
import type { DiagnoseRequest } from "../../../../src/cli/modelRequest.ts";
import { listed } from "./textFields.ts";

/** What a file is called whose rows the page has drawn itself. */
export const SAVED = "natgrad-diagnose.csv";

/** A line for a terminal. */
export function commandLine(
  file: string,
  options: DiagnoseCommandOptions,
  pair: readonly string[] | null,
): string {
  // what begins with a dash would be an option
  const parts = ["natgrad", "diagnose", shell(file.startsWith("-") ? `./${file}` : file)];
  for (const [name, value] of Object.entries(options)) {
    const option = `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
    if (name === "intercept") {
      if (value === false) parts.push("--no-intercept");
    } else if (value === true) parts.push(option);
    else for (const text of [value].flat()) parts.push(...given(option, `${text}`));
  }
  if (pair) parts.push(...given("--pair", listed(pair)), "--out", "report");
  return parts.join(" ");
}

function given(option: string, text: string): string[] {
  return text.startsWith("-") ? [`${option}=${shell(text)}`] : [option, shell(text)];
}

/** A word for a shell of POSIX kind: nothing in it has a meaning. */
function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A module for Node that prints estimates, three kinds of standard errors, eigenvalues, test and answers. */
export function libraryCode(request: DiagnoseRequest, file: string): string {
  const { table, fit, diagnose, source } = request;
  const { weighting: _, ...fitOptions } = fit;
  const { level, correction, ...others } = diagnose;
  const options = {
    ...fitOptions,
    ...(level !== 0.95 && { level }),
    ...(correction !== "HC0" && { correction }),
    ...others,
  };
  const { intercept, standardize, missing, ...roles } = table;
  const reading = {
    ...roles,
    ...(intercept === false && { intercept }),
    ...(standardize && { standardize }),
    ...(missing === "drop" && { missing }),
  };
  const shown = Object.entries(options).map(([name, value]) => `, ${name}: ${json(value)}`);
  return `import { diagnose } from "natgrad";
import { readTable } from "natgrad/tables/node";

const source = ${json({ ...source, file })};
const table = await readTable(source, ${json(reading)});
const found = await diagnose(table, { family: table.family${shown.join("")} });
console.log(found.fit.names, [...found.fit.theta]);
for (const { kind, coefficients } of found.covariances) {
  console.log(kind, coefficients.map(({ standardError }) => standardError));
}
console.log(found.eigenvalues, found.test?.statistic, found.test?.pValue);
for (const { answer, text } of [found.verdict.curvature, found.verdict.standardErrors, found.verdict.model]) {
  console.log(answer, text);
}
await table[Symbol.asyncDispose]();
`;
}

/** JSON is JavaScript, but for a name that would be a prototype. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('"__proto__":', '["__proto__"]:');
}
