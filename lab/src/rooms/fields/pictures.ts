/** The pictures that leave the room Fields. */
import { jsonText } from "../../../../src/cli/json.ts";
import { VERSION } from "../../../../src/version.ts";
import { writeAddress } from "../../shell/address.ts";
import type { Picture } from "../../shell/room.ts";
import { isPaper } from "./code.ts";
import type { FieldsRoom } from "./room.svelte.ts";

export function pictures(room: FieldsRoom): readonly Picture[] {
  return [
    {
      name: "natgrad-fields",
      label: "Fields",
      async make(signal) {
        const { controls, results } = room;
        // of the paper's samples, the paper's own figure: the file that the command line writes
        if (isPaper(controls))
          return (await import("../../shell/paperFigure.ts")).paperFigure(1, signal);
        const { drawFields } = await import("./figure.ts");
        const found = {
          data: [...controls.shown],
          minimum: results.surface?.minimum ?? null,
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
        const address = writeAddress({ room: "fields", params: controls.params() });
        return {
          svg: drawFields(controls, results),
          json: jsonText({ natgrad: VERSION, lab: { address }, result: found }),
        };
      },
    },
  ];
}
