import { it } from "vitest";

/** Stands in the report for the browser suites on a machine where no Chromium starts. */
it.skip(process.env.NATGRAD_NO_BROWSER ?? "Chromium starts", () => {});
