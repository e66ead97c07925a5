/** The pictures that leave the room Fields. */
import { jsonText } from "../../../../src/cli/json.ts";
import { VERSION } from "../../../../src/version.ts";
import { light } from "../../draw/palette.ts";
import { writeAddress } from "../../shell/address.ts";
import type { Picture } from "../../shell/room.ts";
import { until } from "../../shell/until.svelte.ts";
import { charts } from "./charts.ts";
import type { FieldsRoom } from "./room.svelte.ts";

export function pictures(room: FieldsRoom): readonly Picture[] {
  return [
    {
      name: "natgrad-fields",
      label: "These fields",
      async make(signal) {
        await until(() => room.results.current, signal);
        const { drawFields } = await import("./figure.ts");
        const { controls, results } = room;
        const address = writeAddress({ room: "fields", params: controls.params() });
        return {
          svg: drawFields(controls, results),
          json: jsonText({ natgrad: VERSION, lab: { address }, result: resultOf(room) }),
        };
      },
    },
    {
      name: "natgrad-fields-curves",
      label: "These curves",
      async make(signal) {
        await until(() => room.results.current, signal);
        const { chartData, drawCharts } = await import("../../shell/chartsFigure.ts");
        const { controls, results } = room;
        const specs = charts(controls, results, light);
        const address = writeAddress({ room: "fields", params: controls.params() });
        return {
          svg: drawCharts(specs, "Curves of the methods"),
          json: jsonText({ natgrad: VERSION, lab: { address }, result: chartData(specs) }),
        };
      },
    },
    {
      name: "figure-1",
      label: "Figure 1 of the paper",
      make: async (signal) => (await import("../../shell/paperFigure.ts")).paperFigure(1, signal),
    },
  ];
}

/** What is seen, as plain JSON. */
function resultOf({ controls, results }: FieldsRoom): object {
  return {
    samples: [...controls.shown],
    minimum: results.surface?.minimum ?? null,
    loss: results.surface?.loss ?? null,
    panels: controls.panels.map((panel, i) => ({
      ...panel,
      field: [...(results.fields[i] ?? [])],
      paths: results.paths.map((paths) => ({
        points: [...paths[i].points],
        loss: [...paths[i].loss],
        gradientNorm: [...paths[i].gradientNorm],
        cosine: [...paths[i].cosine],
        ended: paths[i].ended,
      })),
    })),
  };
}
