/** The whole paper in a second: few samples, short paths, a small grid, embedded data sets. */
import { figure1Configuration } from "../../src/experiments/fields.ts";
import { type PaperConfiguration, paperConfiguration } from "../../src/experiments/paper.ts";
import { statementChecks } from "../../src/experiments/statements/index.ts";

/** Two statements; Figure 3 on Wine and Boston, which offline is missing; Figure 6 on Iris. */
export function tinyPaper(): PaperConfiguration {
  return {
    ...paperConfiguration(),
    figure1: { ...figure1Configuration(), samples: 60, steps: 200, stride: 20 },
    samples: 60,
    statements: statementChecks.slice(0, 2),
    grid: { stepSizes: [1e-6, 1e-3, 0.1, 1], dampings: [1e-6, 1], iterations: 10, divergence: 100 },
    contests: {
      3: [
        { dataset: "Wine", likelihood: "gaussian" },
        { dataset: "Boston", likelihood: "gaussian" },
      ],
      6: [{ dataset: "Iris", likelihood: "gaussian" }],
    },
  };
}
