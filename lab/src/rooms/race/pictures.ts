/** The pictures that leave the room Race. */
import { jsonText } from "../../../../src/cli/json.ts";
import type { Races } from "../../../../src/experiments/results.ts";
import { VERSION } from "../../../../src/version.ts";
import { light } from "../../draw/palette.ts";
import { writeAddress } from "../../shell/address.ts";
import type { Picture } from "../../shell/room.ts";
import { raceCharts, startCharts, startedRuns } from "./charts.ts";
import type { RaceRoom } from "./room.svelte.ts";

export function pictures(room: RaceRoom): readonly Picture[] {
  const json = (result: object): string => {
    const address = writeAddress({ room: "race", params: room.controls.params() });
    return jsonText({ natgrad: VERSION, lab: { address }, result });
  };
  return [
    {
      name: "natgrad-race",
      label: "This race",
      async make() {
        const { svgFile } = await import("../../../../src/figures/render.ts");
        const { figureRaces } = await import("../../../../src/figures/races.ts");
        const result = raceOf(room);
        const svg = svgFile(figureRaces(result, { document, id: "race", width: 480 }));
        return { svg, json: json(result) };
      },
    },
    {
      name: "natgrad-race-maps",
      label: "These heat maps",
      async make() {
        const { drawMaps, mapData } = await import("./mapFigure.ts");
        const { configuration } = room.controls;
        const { tallies, chosen } = room.results;
        return {
          svg: drawMaps(configuration, tallies, chosen),
          json: json(mapData(configuration, tallies)),
        };
      },
    },
    {
      name: "natgrad-race-curves",
      label: "These curves",
      async make() {
        const { chartData, drawCharts } = await import("../../shell/chartsFigure.ts");
        const specs = raceCharts(room.controls, room.results, light);
        return { svg: drawCharts(specs, "The chosen runs"), json: json(chartData(specs)) };
      },
    },
    {
      name: "natgrad-race-starts",
      label: "These starts",
      async make() {
        const { chartData, drawCharts } = await import("../../shell/chartsFigure.ts");
        const started = startedRuns(room.controls, room.results);
        const specs = startCharts(started, light);
        if (started.runs.length === 0) throw new Error("there are no runs to draw yet");
        return {
          svg: drawCharts(specs, "The chosen settings from other starting points"),
          json: json(chartData(specs)),
        };
      },
    },
    {
      name: "natgrad-race-figure-5",
      label: "As Figure 5",
      async make() {
        const { renderSvg } = await import("../../../../src/figures/render.ts");
        const result = await room.results.figure5();
        return { svg: renderSvg(result, { document }), json: json(result) };
      },
    },
  ];
}

/** The race as a result of the kind of Figures 3 and 6. */
function raceOf({ controls, results }: RaceRoom): Races {
  const { panel } = results;
  if (!panel) throw new Error("There is no race that is finished: its figure needs all runs.");
  const { configuration } = controls;
  return { figure: panel.likelihood === "bernoulli" ? 3 : 6, configuration, panels: [panel] };
}
