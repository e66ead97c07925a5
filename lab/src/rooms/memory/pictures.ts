/** The pictures that leave the room Memory. */
import { jsonText } from "../../../../src/cli/json.ts";
import { VERSION } from "../../../../src/version.ts";
import { writeAddress } from "../../shell/address.ts";
import type { Picture } from "../../shell/room.ts";
import type { FigureKind } from "./figure.ts";
import type { MemoryRoom } from "./room.svelte.ts";

export function pictures(room: MemoryRoom): readonly Picture[] {
  const picture = (kind: FigureKind, name: string, label: string): Picture => ({
    name,
    label,
    async make(signal) {
      const { draw, fileOf, resultOf } = await import("./figure.ts");
      await room.results.finished(kind === "sweep", signal);
      const result = resultOf(room, kind);
      const address = writeAddress({ room: "memory", params: room.params() });
      return { svg: draw(result), json: jsonText({ lab: { address }, ...fileOf(result) }) };
    },
  });
  return [
    picture("curves", "natgrad-memory", "These curves"),
    picture("overlap", "natgrad-memory-overlap", "Overlap by layer"),
    picture("sweep", "natgrad-memory-sweep", "Accuracy against λ"),
    {
      name: "natgrad-memory-fisher",
      label: "Fisher on the inputs",
      async make(signal) {
        const { drawFishers, taskFishers } = await import("./fisherFigure.ts");
        await room.results.finished(false, signal);
        const fishers = taskFishers(room);
        const address = writeAddress({ room: "memory", params: room.params() });
        return {
          svg: drawFishers(fishers),
          json: jsonText({ natgrad: VERSION, lab: { address }, fishers }),
        };
      },
    },
  ];
}
