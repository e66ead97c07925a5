/** The pictures that leave the room Diagnose: those of the command line's report. */
import type { DiagnosisFigureName } from "../../../../src/figures/diagnosis.ts";
import type { Picture } from "../../shell/room.ts";
import type { DiagnoseRoom } from "./room.svelte.ts";

const labels: readonly (readonly [DiagnosisFigureName, string])[] = [
  ["intervals", "Intervals"],
  ["ellipses", "Ellipses"],
  ["eigenvalues", "Eigenvalues"],
  ["paths", "Loss and cosine"],
  ["damping", "Damping"],
  ["spread", "Gradients of rows"],
  ["moments", "Violated moments"],
  ["simulated", "Simulated tests"],
];

export function pictures(room: DiagnoseRoom): readonly Picture[] {
  return labels.map(([name, label]) => ({
    name: `natgrad-${name}`,
    label,
    async make(signal) {
      const { figureFile, resultText } = await import("./report.ts");
      const report = await room.report(signal);
      return { svg: figureFile(name, report), json: resultText(report) };
    },
  }));
}
