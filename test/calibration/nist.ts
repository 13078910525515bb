/** NIST's nonlinear regression problems as models: the predictor is an input, the response an output, the parameters as published. */
import { readFileSync } from "node:fs";
import { signal } from "../../src/core/index.ts";
import type { Window } from "../../src/historian/index.ts";
import { modelFromDefinition } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

/** Response y as a function of x (x1, x2) and b1 … */
export const formulas: Readonly<Record<string, string>> = {
  Misra1a: "b1*(1-exp(-b2*x))",
  Chwirut1: "exp(-b1*x)/(b2+b3*x)",
  Chwirut2: "exp(-b1*x)/(b2+b3*x)",
  Lanczos3: "b1*exp(-b2*x)+b3*exp(-b4*x)+b5*exp(-b6*x)",
  Gauss1: "b1*exp(-b2*x)+b3*exp(-(x-b4)^2/b5^2)+b6*exp(-(x-b7)^2/b8^2)",
  Gauss2: "b1*exp(-b2*x)+b3*exp(-(x-b4)^2/b5^2)+b6*exp(-(x-b7)^2/b8^2)",
  DanWood: "b1*x^b2",
  Misra1b: "b1*(1-(1+b2*x/2)^(-2))",
  Kirby2: "(b1+b2*x+b3*x^2)/(1+b4*x+b5*x^2)",
  Hahn1: "(b1+b2*x+b3*x^2+b4*x^3)/(1+b5*x+b6*x^2+b7*x^3)",
  Nelson: "b1-b2*x1*exp(-b3*x2)",
  MGH17: "b1+b2*exp(-x*b4)+b3*exp(-x*b5)",
  Lanczos1: "b1*exp(-b2*x)+b3*exp(-b4*x)+b5*exp(-b6*x)",
  Lanczos2: "b1*exp(-b2*x)+b3*exp(-b4*x)+b5*exp(-b6*x)",
  Gauss3: "b1*exp(-b2*x)+b3*exp(-(x-b4)^2/b5^2)+b6*exp(-(x-b7)^2/b8^2)",
  Misra1c: "b1*(1-(1+2*b2*x)^(-0.5))",
  Misra1d: "b1*b2*x*((1+b2*x)^(-1))",
  Roszman1: "b1-b2*x-atan(b3/(x-b4))/3.141592653589793",
  ENSO: "b1+b2*cos(2*3.141592653589793*x/12)+b3*sin(2*3.141592653589793*x/12)+b5*cos(2*3.141592653589793*x/b4)+b6*sin(2*3.141592653589793*x/b4)+b8*cos(2*3.141592653589793*x/b7)+b9*sin(2*3.141592653589793*x/b7)",
  MGH09: "b1*(x^2+x*b2)/(x^2+x*b3+b4)",
  Thurber: "(b1+b2*x+b3*x^2+b4*x^3)/(1+b5*x+b6*x^2+b7*x^3)",
  BoxBOD: "b1*(1-exp(-b2*x))",
  Rat42: "b1/(1+exp(b2-b3*x))",
  MGH10: "b1*exp(b2/(x+b3))",
  Eckerle4: "(b1/b2)*exp(-0.5*((x-b3)/b2)^2)",
  Rat43: "b1/((1+exp(b2-b3*x))^(1/b4))",
  Bennett5: "b1*(b2+x)^(-1/b3)",
};

export interface NistProblem {
  readonly name: string;
  readonly level: "Lower" | "Average" | "Higher";
  /** By start: values of b1, b2 … */
  readonly starts: readonly [readonly number[], readonly number[]];
  readonly certified: readonly number[];
  readonly standardDeviation: readonly number[];
  readonly sumOfSquares: number;
  readonly window: Window;
  model(start: readonly number[]): ReturnType<typeof modelFromDefinition>;
}

export function nistProblem(folder: string, name: string): NistProblem {
  const lines = readFileSync(`${folder}/${name}.dat`, "utf8").split(/\r?\n/);
  const text = lines.join("\n");
  const level = /(Lower|Average|Higher)\s+Level/.exec(text)?.[1] as NistProblem["level"];
  const rows = lines.flatMap((line) => {
    const match = /^\s*b\d+\s*=\s*(.+)$/.exec(line);
    return match ? [match[1]!.trim().split(/\s+/).map(Number)] : [];
  });
  const data = lines
    .slice(lines.findLastIndex((line) => /^Data:/.test(line)) + 1)
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const formula = formulas[name]!;
  const predictors = data[0]!.length - 1;
  const inputs = predictors === 1 ? ["x"] : ["x1", "x2"];
  const places = data.map((_, i) => i);
  const response = data.map(([y]) => (name === "Nelson" ? Math.log(y!) : y!));
  const columns = inputs.map((input, k) => [
    input,
    signal(
      [...places, data.length],
      [...data, data.at(-1)!].map((row) => row[k + 1]!),
      "hold",
    ),
  ]);
  return {
    name,
    level,
    starts: [rows.map((row) => row[0]!), rows.map((row) => row[1]!)],
    certified: rows.map((row) => row[2]!),
    standardDeviation: rows.map((row) => row[3]!),
    sumOfSquares: Number(/Residual Sum of Squares:\s+(\S+)/.exec(text)?.[1]),
    window: window(
      name,
      "1",
      {
        y: measured(
          places.map((i) => i + 0.5),
          response,
        ),
      },
      Object.fromEntries(columns),
    ),
    model: (start) =>
      modelFromDefinition({
        name,
        time: "1",
        parameters: Object.fromEntries(start.map((value, j) => [`b${j + 1}`, { value, unit: "1" }])),
        inputs: Object.fromEntries(inputs.map((input) => [input, "1"])),
        states: { idle: { unit: "1", initial: 0 } },
        derivatives: { idle: "0" },
        outputs: { y: { unit: "1", is: formula } },
      }),
  };
}
