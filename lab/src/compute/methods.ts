/** The preconditioners that a panel can show: names, where their colours come from, and how the library makes them. */

/** What a preconditioner is made of: nothing but gradients, the Fisher, or gradients of samples. */
export type Lineage = "gradient" | "fisher" | "empirical";

export interface Method {
  readonly id: MethodId;
  /** for a panel's heading */
  readonly name: string;
  /** for legends and axes */
  readonly short: string;
  readonly lineage: Lineage;
  /** what it divides the gradient by, in a sentence */
  readonly says: string;
  /** does the damping act on it */
  readonly damped: boolean;
  /** the library's expression for it, in code to copy */
  code(settings: MethodSettings): string;
  /** names that the code imports */
  readonly imports: readonly string[];
}

export interface MethodSettings {
  readonly damping: number;
  /** k of the Monte-Carlo Fisher */
  readonly draws: number;
}

export const methodIds = [
  "GD",
  "NGD",
  "EFGD",
  "Newton",
  "MC",
  "DF",
  "VA",
  "DVA",
  "Adam",
  "MSVAG",
  "sign",
] as const;
export type MethodId = (typeof methodIds)[number];

const dampedBy = (name: string) => (settings: MethodSettings) =>
  `${name}({ damping: ${settings.damping} })`;

export const methods: Readonly<Record<MethodId, Method>> = {
  GD: {
    id: "GD",
    name: "Gradient descent",
    short: "GD",
    lineage: "gradient",
    says: "Divides by nothing: every direction counts alike.",
    damped: false,
    code: () => "plainGradient",
    imports: ["plainGradient"],
  },
  NGD: {
    id: "NGD",
    name: "Natural gradient",
    short: "NGD",
    lineage: "fisher",
    says: "Divides by the Fisher: labels are those that the model expects.",
    damped: true,
    code: dampedBy("naturalPreconditioner"),
    imports: ["naturalPreconditioner"],
  },
  EFGD: {
    id: "EFGD",
    name: "Empirical Fisher",
    short: "EFGD",
    lineage: "empirical",
    says: "Divides by the empirical Fisher: labels are those in the data.",
    damped: true,
    code: dampedBy("empiricalPreconditioner"),
    imports: ["empiricalPreconditioner"],
  },
  Newton: {
    id: "Newton",
    name: "Newton",
    short: "Newton",
    lineage: "fisher",
    says: "Divides by the Hessian, which for these models is the Fisher.",
    damped: true,
    code: dampedBy("newtonPreconditioner"),
    imports: ["newtonPreconditioner"],
  },
  DF: {
    id: "DF",
    name: "Fisher, diagonal",
    short: "diag F",
    lineage: "fisher",
    says: "Divides each coordinate by its own entry of the Fisher.",
    damped: true,
    code: ({ damping }) =>
      `curved("diagonal Fisher", fisher(), { damping: ${damping}, structure: diagonal() })`,
    imports: ["curved", "fisher", "diagonal"],
  },
  MC: {
    id: "MC",
    name: "Monte-Carlo Fisher",
    short: "MC",
    lineage: "fisher",
    says: "Divides by a Fisher whose labels are drawn from the model.",
    damped: true,
    code: ({ damping, draws }) =>
      `curved("Monte-Carlo Fisher", sampled({ draws: ${draws}, random: stream(0, "labels") }), { damping: ${damping} })`,
    imports: ["curved", "sampled", "stream"],
  },
  VA: {
    id: "VA",
    name: "Variance adaptation",
    short: "VA",
    lineage: "empirical",
    says: "The empirical Fisher with the gradient's own size put back (eq. 19 of the paper).",
    damped: true,
    code: ({ damping }) => `variancePreconditioner({ form: "full", damping: ${damping} })`,
    imports: ["variancePreconditioner"],
  },
  DVA: {
    id: "DVA",
    name: "Variance adaptation, diagonal",
    short: "VA diag",
    lineage: "empirical",
    says: "Shrinks each coordinate by its share of signal among noise.",
    damped: true,
    code: ({ damping }) => `variancePreconditioner({ form: "diagonal", damping: ${damping} })`,
    imports: ["variancePreconditioner"],
  },
  Adam: {
    id: "Adam",
    name: "Adam",
    short: "Adam",
    lineage: "gradient",
    says: "Divides each coordinate by the root of its recent mean square.",
    damped: false,
    code: () => "adamPreconditioner()",
    imports: ["adamPreconditioner"],
  },
  MSVAG: {
    id: "MSVAG",
    name: "M-SVAG",
    short: "M-SVAG",
    lineage: "gradient",
    says: "Momentum, each coordinate shrunk by its estimated noise.",
    damped: false,
    code: () => "momentumVariance()",
    imports: ["momentumVariance"],
  },
  sign: {
    id: "sign",
    name: "Sign descent",
    short: "sign",
    lineage: "gradient",
    says: "Divides each coordinate by its own size.",
    damped: false,
    code: () => "gradientSign",
    imports: ["gradientSign"],
  },
};
