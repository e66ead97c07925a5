/** Sets in the sparse format of LIBSVM. */
import type { DatasetEntry } from "../dataset.ts";
import { parseLibsvm } from "../libsvm.ts";

export const a1a: DatasetEntry = {
  name: "a1a",
  title: "Adult (census income) as binary features, subset 1",
  aliases: ["Adult-a1a"],
  rows: 1605,
  columns: 119,
  task: "classification",
  likelihood: "bernoulli",
  classes: ["at most 50K", "more than 50K"],
  source: "LIBSVM data page, binarised from UCI Adult by J. Platt",
  licence: "CC BY 4.0 (UCI Adult)",
  citation:
    "Becker & Kohavi (1996). Adult. UCI Machine Learning Repository, doi:10.24432/C5XW20; Chang & Lin " +
    "(2011). LIBSVM: a library for support vector machines. ACM TIST 2, 27",
  embedded: false,
  files: [
    {
      path: "libsvm/a1a",
      urls: ["https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/binary/a1a"],
      form: "trimmed",
      sha256: "740f16ebaee4597b2f8f5286686d77fc297b1ceb2f67ed9510362b7cf6101166",
      size: 113213,
    },
  ],
  // the file says −1 and +1, the Bernoulli family 0 and 1
  read: ([text]) => parseLibsvm(text, { columns: 119, labels: [-1, 1] }),
};
