/** MNIST, its training and its test part. */
import type { DataFile, DatasetEntry } from "../dataset.ts";
import { parseIdxPair } from "../idx.ts";

const mirrors = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

// the mirrors pack the same contents into other gzip bytes
function file(name: string, size: number, sha256: string): DataFile {
  return {
    path: `mnist/${name}`,
    urls: mirrors.map((mirror) => mirror + name),
    form: "unpacked",
    sha256,
    size,
  };
}

const common = {
  columns: 784,
  task: "classification",
  likelihood: "categorical",
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  source: "Y. LeCun, C. Cortes & C. Burges",
  licence: "CC BY-SA 3.0, as commonly stated",
  citation:
    "LeCun, Bottou, Bengio & Haffner (1998). Gradient-based learning applied to document " +
    "recognition. Proceedings of the IEEE 86, 2278–2324",
  embedded: false,
  read: ([images, labels]) => parseIdxPair(images, labels, 10),
} satisfies Partial<DatasetEntry>;

export const mnist: DatasetEntry = {
  ...common,
  name: "MNIST",
  title: "MNIST handwritten digits, training part, 28 × 28 pixels from 0 to 255",
  aliases: ["MNIST-train"],
  rows: 60000,
  files: [
    file(
      "train-images-idx3-ubyte.gz",
      47040016,
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    file(
      "train-labels-idx1-ubyte.gz",
      60008,
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
  ],
};

export const mnistTest: DatasetEntry = {
  ...common,
  name: "MNIST-test",
  title: "MNIST handwritten digits, test part",
  aliases: ["t10k"],
  rows: 10000,
  files: [
    file(
      "t10k-images-idx3-ubyte.gz",
      7840016,
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    file(
      "t10k-labels-idx1-ubyte.gz",
      10008,
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
  ],
};
