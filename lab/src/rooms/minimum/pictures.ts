/** The pictures that leave the room Minimum. */
import { jsonText } from "../../../../src/cli/json.ts";
import { VERSION } from "../../../../src/version.ts";
import { writeAddress } from "../../shell/address.ts";
import type { Picture } from "../../shell/room.ts";
import type { MinimumRoom } from "./room.svelte.ts";

export function pictures(room: MinimumRoom): readonly Picture[] {
  const paper = (figure: 2 | 4): Picture => ({
    name: `figure-${figure}`,
    label: `Figure ${figure} of the paper`,
    make: async (signal) =>
      (await import("../../shell/paperFigure.ts")).paperFigure(figure, signal),
  });
  return [
    {
      name: "natgrad-minimum",
      label: "This minimum",
      async make() {
        const { resultOf, drawMinimum } = await import("./figure.ts");
        const result = resultOf(room.controls, room.results);
        const address = writeAddress({ room: "minimum", params: room.controls.params() });
        const { growth, wrongness, test } = room.results;
        return {
          svg: drawMinimum(result),
          json: jsonText({
            natgrad: VERSION,
            lab: { address },
            result,
            test,
            growth,
            wrongness,
          }),
        };
      },
    },
    paper(2),
    paper(4),
  ];
}
