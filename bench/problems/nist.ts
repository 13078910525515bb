/**
 * The 27 nonlinear regression problems of NIST's Statistical Reference Datasets, read from the files as published: models as regressions, data,
 * both starts, certified values.
 *
 * @see https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml
 */
import { readFileSync } from "node:fs";
import { windowFromTable } from "greybox/historian";
import { type Model, modelFromDefinition } from "greybox/models";

const lanczos = "b1*exp(-b2*x)+b3*exp(-b4*x)+b5*exp(-b6*x)";
const gauss = "b1*exp(-b2*x)+b3*exp(-(x-b4)^2/b5^2)+b6*exp(-(x-b7)^2/b8^2)";
const cubic = "(b1+b2*x+b3*x^2+b4*x^3)/(1+b5*x+b6*x^2+b7*x^3)";
const wave = (amplitude: string, period: string, of: "cos" | "sin"): string => `${amplitude}*${of}(2*3.141592653589793*x/${period})`;

/** Response y as a function of x (x1, x2) and b1 … */
export const formulas: Readonly<Record<string, string>> = {
  Misra1a: "b1*(1-exp(-b2*x))",
  Chwirut1: "exp(-b1*x)/(b2+b3*x)",
  Chwirut2: "exp(-b1*x)/(b2+b3*x)",
  Lanczos3: lanczos,
  Gauss1: gauss,
  Gauss2: gauss,
  DanWood: "b1*x^b2",
  Misra1b: "b1*(1-(1+b2*x/2)^(-2))",
  Kirby2: "(b1+b2*x+b3*x^2)/(1+b4*x+b5*x^2)",
  Hahn1: cubic,
  Nelson: "b1-b2*x1*exp(-b3*x2)",
  MGH17: "b1+b2*exp(-x*b4)+b3*exp(-x*b5)",
  Lanczos1: lanczos,
  Lanczos2: lanczos,
  Gauss3: gauss,
  Misra1c: "b1*(1-(1+2*b2*x)^(-0.5))",
  Misra1d: "b1*b2*x*((1+b2*x)^(-1))",
  Roszman1: "b1-b2*x-atan(b3/(x-b4))/3.141592653589793",
  ENSO: `b1+${wave("b2", "12", "cos")}+${wave("b3", "12", "sin")}+${wave("b5", "b4", "cos")}+${wave("b6", "b4", "sin")}+${wave("b8", "b7", "cos")}+${wave("b9", "b7", "sin")}`,
  MGH09: "b1*(x^2+x*b2)/(x^2+x*b3+b4)",
  Thurber: cubic,
  BoxBOD: "b1*(1-exp(-b2*x))",
  Rat42: "b1/(1+exp(b2-b3*x))",
  MGH10: "b1*exp(b2/(x+b3))",
  Eckerle4: "(b1/b2)*exp(-0.5*((x-b3)/b2)^2)",
  Rat43: "b1/((1+exp(b2-b3*x))^(1/b4))",
  Bennett5: "b1*(b2+x)^(-1/b3)",
};

/**
 * A file at hand gives b1 of Roszman1 as 1.20196866396E-0; NIST certifies 2.0196866396E-01, which alone reproduces the certified sum of
 * squares.
 */
const misprints: Readonly<Record<string, number>> = { "Roszman1 1": 0.20196866396 };

export interface NistProblem {
  readonly name: string;
  readonly level: "Lower" | "Average" | "Higher";
  /** By start: values of b1, b2 … */
  readonly starts: readonly [readonly number[], readonly number[]];
  readonly certified: readonly number[];
  readonly standardDeviation: readonly number[];
  readonly sumOfSquares: number;
  readonly window: ReturnType<typeof windowFromTable>;
  readonly estimate: readonly string[];
  model(start: readonly number[]): Model;
}

export function nistProblem(folder: string, name: string): NistProblem {
  const lines = readFileSync(`${folder}/${name}.dat`, "utf8").split(/\r?\n/);
  const text = lines.join("\n");
  const rows = lines.flatMap((line) => {
    const match = /^\s*b\d+\s*=\s*(.+)$/.exec(line);
    return match ? [match[1]!.trim().split(/\s+/).map(Number)] : [];
  });
  const data = lines
    .slice(lines.findLastIndex((line) => /^Data:/.test(line)) + 1)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const inputs = data[0]!.length === 2 ? ["x"] : ["x1", "x2"];
  const model = (start: readonly number[]): Model =>
    modelFromDefinition({
      name,
      time: "1",
      parameters: Object.fromEntries(start.map((value, j) => [`b${j + 1}`, { value, unit: "1" }])),
      inputs: Object.fromEntries(inputs.map((input) => [input, "1"])),
      states: {},
      algebraic: {},
      derivatives: {},
      events: {},
      outputs: { y: { unit: "1", is: formulas[name]! } },
    });
  const starts = [rows.map((row) => row[0]!), rows.map((row) => row[1]!)] as const;
  return {
    name,
    level: /(Lower|Average|Higher)\s+Level/.exec(text)?.[1] as NistProblem["level"],
    starts,
    certified: rows.map((row, j) => misprints[`${name} ${j + 1}`] ?? row[2]!),
    standardDeviation: rows.map((row) => row[3]!),
    sumOfSquares: Number(/Residual Sum of Squares:\s+(\S+)/.exec(text)?.[1]),
    estimate: rows.map((_, j) => `b${j + 1}`),
    // A regression has no time: points are numbered.
    window: windowFromTable(model(starts[0]), {
      name,
      time: data.map((_, i) => i),
      inputs: Object.fromEntries(inputs.map((input, k) => [input, data.map((row) => row[k + 1]!)])),
      measured: { y: data.map(([y]) => (name === "Nelson" ? Math.log(y!) : y!)) },
    }),
    model,
  };
}

/** Decimal digits in which a value agrees with a certified one of eleven. */
export function digits(value: number, certified: number): number {
  return Math.max(0, Math.min(11, -Math.log10(Math.abs(value / certified - 1))));
}
