/** The sets that scikit-learn carries; four of them are embedded in this package. */
import { parseLabelledCsv, parseNamedCsv, parsePlainCsv } from "../csv.ts";
import type { DataFile, DatasetEntry } from "../dataset.ts";

// the last release whose data folder has Boston
const folder =
  "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.1.3/sklearn/datasets/data/";

function file(name: string, size: number, sha256: string): DataFile {
  const form = name.endsWith(".gz") ? "unpacked" : "exact";
  return { path: `sklearn/${name}`, urls: [folder + name], form, sha256, size };
}

const licence = "CC BY 4.0";

export const breastCancer: DatasetEntry = {
  name: "BreastCancer",
  title: "Breast Cancer Wisconsin (Diagnostic)",
  aliases: ["breast_cancer", "WDBC"],
  rows: 569,
  columns: 30,
  task: "classification",
  likelihood: "bernoulli",
  classes: ["malignant", "benign"],
  source: "UCI Machine Learning Repository, as in scikit-learn",
  licence,
  citation:
    "Wolberg, Mangasarian, Street & Street (1995). Breast Cancer Wisconsin (Diagnostic). UCI Machine " +
    "Learning Repository, doi:10.24432/C5DW2B",
  embedded: true,
  files: [
    file(
      "breast_cancer.csv",
      119913,
      "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    ),
  ],
  read: ([csv]) => parseLabelledCsv(csv),
};

export const wine: DatasetEntry = {
  name: "Wine",
  title: "Wine: three cultivars by chemical analysis",
  aliases: ["wine_data"],
  rows: 178,
  columns: 13,
  task: "classification",
  likelihood: "categorical",
  classes: ["class_0", "class_1", "class_2"],
  source: "UCI Machine Learning Repository, as in scikit-learn",
  licence,
  citation: "Aeberhard & Forina (1992). Wine. UCI Machine Learning Repository, doi:10.24432/C5PC7J",
  embedded: true,
  files: [
    file(
      "wine_data.csv",
      11157,
      "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
    ),
  ],
  read: ([csv]) => parseLabelledCsv(csv),
};

export const iris: DatasetEntry = {
  name: "Iris",
  title: "Iris flowers",
  aliases: [],
  rows: 150,
  columns: 4,
  task: "classification",
  likelihood: "categorical",
  classes: ["setosa", "versicolor", "virginica"],
  source: "UCI Machine Learning Repository, as in scikit-learn",
  licence,
  citation: "Fisher (1936). Iris. UCI Machine Learning Repository, doi:10.24432/C56C76",
  embedded: true,
  files: [
    file("iris.csv", 2734, "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449"),
  ],
  read: ([csv]) => parseLabelledCsv(csv),
};

export const digits: DatasetEntry = {
  name: "Digits",
  title: "Optical recognition of handwritten digits, 8 × 8 pixels from 0 to 16",
  aliases: [],
  rows: 1797,
  columns: 64,
  task: "classification",
  likelihood: "categorical",
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  source: "UCI Machine Learning Repository (test part), as in scikit-learn",
  licence,
  citation:
    "Alpaydin & Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine Learning " +
    "Repository, doi:10.24432/C50P49",
  embedded: true,
  files: [
    file(
      "digits.csv.gz",
      264712,
      "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8",
    ),
  ],
  read: ([csv]) => parsePlainCsv(csv, 10),
};

export const boston: DatasetEntry = {
  name: "Boston",
  title: "Boston housing (here only because the paper uses it: one variable encodes race)",
  aliases: ["boston_house_prices", "BostonHousing"],
  rows: 506,
  columns: 13,
  task: "regression",
  likelihood: "gaussian",
  source: "StatLib, as in scikit-learn 1.1.3 (later releases removed it)",
  licence: "not stated by its source",
  citation:
    "Harrison & Rubinfeld (1978). Hedonic prices and the demand for clean air. Journal of " +
    "Environmental Economics and Management 5, 81–102",
  embedded: false,
  files: [
    file(
      "boston_house_prices.csv",
      34742,
      "d98212636026544fc9b9c0f372e5f819872e6fa6fa757ab025efdda22180f2d6",
    ),
  ],
  read: ([csv]) => parseNamedCsv(csv),
};
