/** Tables that the room has without a file: three of the package, and one whose model goes from right to wrong. */
import type { Dataset } from "../../../../src/datasets/dataset.ts";
import { loadDataset } from "../../../../src/datasets/load.ts";
import type { Matrix } from "../../../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../../../src/random/legacy.ts";
import type { NamedBlob } from "../../compute/tables/text.ts";

export const dataNames = ["simulated", "iris", "cancer", "wine", "file"] as const;
export type DataName = (typeof dataNames)[number];

export interface SampleTable {
  readonly title: string;
  /** what is fitted at first */
  readonly target: string;
  readonly features: readonly string[];
  /** where they are from */
  readonly about: string;
}

/** Names of the columns as scikit-learn has them. */
const irisColumns = ["sepal length", "sepal width", "petal length", "petal width"];
const wineColumns = (
  "alcohol,malic acid,ash,alcalinity of ash,magnesium,total phenols,flavanoids,nonflavanoid phenols," +
  "proanthocyanins,color intensity,hue,od280/od315,proline"
).split(",");
const cancerParts =
  "radius,texture,perimeter,area,smoothness,compactness,concavity,concave points,symmetry,fractal dimension".split(
    ",",
  );
const cancerColumns = [
  ...cancerParts.map((part) => `mean ${part}`),
  ...cancerParts.map((part) => `${part} error`),
  ...cancerParts.map((part) => `worst ${part}`),
];

export const sampleTables: Readonly<Record<Exclude<DataName, "file">, SampleTable>> = {
  simulated: {
    title: "Simulated",
    target: "y",
    features: ["dose", "age", "group"],
    about:
      "Drawn in the page. The model is right at 0 %; then the noise grows with the dose, and the line bends.",
  },
  iris: {
    title: "Iris",
    target: "petal width",
    features: ["sepal length", "sepal width", "petal length", "species"],
    about: "150 flowers of three species, in cm (Fisher 1936).",
  },
  cancer: {
    title: "Breast cancer",
    target: "diagnosis",
    features: ["mean texture", "mean smoothness", "mean symmetry", "mean fractal dimension"],
    about:
      "569 tumours (Wolberg, Mangasarian, Street & Street 1995). All 30 columns together tell them apart without an " +
      "error, and then there is no fit: try it.",
  },
  wine: {
    title: "Wine",
    target: "cultivar",
    features: ["alcohol", "malic acid"],
    about: "178 wines of three cultivars (Aeberhard & Forina 1992).",
  },
};

/** The table as CSV. */
export async function sampleText(
  name: Exclude<DataName, "file">,
  { wrong, samples }: { readonly wrong: number; readonly samples: number },
): Promise<string> {
  if (name === "simulated") return simulated(wrong / 100, samples);
  if (name === "iris") return textOf(await loadDataset("Iris"), irisColumns, "species");
  if (name === "wine") return textOf(await loadDataset("Wine"), wineColumns, "cultivar");
  return textOf(await loadDataset("BreastCancer"), cancerColumns, "diagnosis");
}

/** As a file. */
export function fileOf(name: string, contents: string): NamedBlob {
  return new File([contents], `${name}.csv`, { type: "text/csv" });
}

function textOf({ X, y, classes }: Dataset, columns: readonly string[], target: string): string {
  const { cols, data } = X as Matrix;
  const lines = Array.from(y, (label, n) => {
    const values = Array.from(data.subarray(n * cols, (n + 1) * cols));
    return [...values, classes?.[label] ?? label].join(",");
  });
  return `${[[...columns, target].join(","), ...lines].join("\n")}\n`;
}

let drawn: { readonly count: number; readonly z: Float64Array } | undefined;

/**
 * y = 1 + dose − ½ age + the group's share + w dose²/2 + noise, of standard deviation exp(w dose): with w = 0 just
 * what a linear regression assumes. The same draws for every w.
 */
function simulated(w: number, count: number): string {
  if (drawn?.count !== count) {
    const random = new LegacyRandom(0);
    drawn = { count, z: Float64Array.from({ length: 3 * count }, () => random.normal()) };
  }
  const { z } = drawn;
  const groups = ["control", "low", "high"];
  const lines = Array.from({ length: count }, (_, n) => {
    const [dose, age, noise] = [z[3 * n], z[3 * n + 1], z[3 * n + 2]];
    const group = n % 3;
    const mean = 1 + dose - 0.5 * age + 0.4 * group + 0.5 * w * dose * dose;
    const y = mean + Math.exp(w * dose) * noise;
    return [dose.toFixed(4), (50 + 10 * age).toFixed(1), groups[group], y.toFixed(4)].join(",");
  });
  return `${["dose,age,group,y", ...lines].join("\n")}\n`;
}
