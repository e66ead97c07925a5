/** The pictures that leave the room Minimum. */
import { jsonText } from "../../../../src/cli/json.ts";
import { VERSION } from "../../../../src/version.ts";
import { light } from "../../draw/palette.ts";
import { writeAddress } from "../../shell/address.ts";
import type { Picture } from "../../shell/room.ts";
import { until } from "../../shell/until.svelte.ts";
import { charts } from "./charts.ts";
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
      async make(signal) {
        await until(() => room.results.current, signal);
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
    {
      name: "natgrad-minimum-curves",
      label: "These curves",
      async make(signal) {
        await until(() => room.results.current, signal);
        const { chartData, drawCharts } = await import("../../shell/chartsFigure.ts");
        const { controls, results } = room;
        const specs = charts(results, light);
        const address = writeAddress({ room: "minimum", params: controls.params() });
        return {
          svg: drawCharts(specs, "How the minimum moves"),
          json: jsonText({ natgrad: VERSION, lab: { address }, result: chartData(specs) }),
        };
      },
    },
    paper(2),
    paper(4),
  ];
}
