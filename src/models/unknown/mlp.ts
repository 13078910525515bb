/**
 * A small neural network as equations of the model: its weights are parameters, so it is calibrated, differentiated and stored as everything else.
 *
 * Inputs are scaled to -1 … 1 over their ranges; hidden units are tanh. What was declared of the relation holds for any weights: sign through a
 * softplus, bounds through a sigmoid, monotonicity through weights that pass a softplus, so that every path from that input to the result has one sign.
 *
 * @see X. Glorot & Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010 (first weights).
 * @see J. Sill, "Monotonic networks", NIPS 10 (1998) 661–667; H. Daniels & M. Velikova, "Monotone and partially monotone neural networks",
 *   IEEE Trans. Neural Networks 21 (2010) 906–917 (weights of one sign; other inputs stay free in the first layer).
 */
import { type ParameterDefinition, random } from "../../core/index.ts";
import { difference, measureOf, unitText } from "../units/measure.ts";
import type { Filler, Filling, Surroundings, UnknownDefinition } from "./definition.ts";

export interface NetworkOptions {
  /** Of the first weights. Default: 1. */
  readonly seed?: number | string | undefined;
}

/** Widest layer, and most layers: larger networks belong to a learner beside the model, not into its equations. */
export const networkLimits = { width: 64, layers: 4 } as const;

/**
 * A multilayer perceptron.
 *
 * @param hidden  units of each hidden layer
 *
 * @example
 * const open = defineOpenModel({
 *   name: "growth",
 *   time: "h",
 *   states: { c: { unit: "g/L", initial: 1, min: 0, max: 10 } },
 *   unknown: { mu: { unit: "1/h", of: ["c"], sign: "positive", nominal: 0.2 } },
 *   derivatives: { c: "mu*c" },
 * });
 * weightsOf(substitute(open, { mu: mlp([3], { seed: 7 }) }), "mu").length; // => 10
 */
export function mlp(hidden: readonly number[], { seed = 1 }: NetworkOptions = {}): Filler {
  return { fill: (name, unknown, around) => network(name, unknown, around, hidden, seed) };
}

function network(
  name: string,
  unknown: UnknownDefinition,
  around: Surroundings,
  hidden: readonly number[],
  seed: number | string,
): Filling {
  const { width, layers } = networkLimits;
  if (hidden.length < 1 || hidden.length > layers || !hidden.every((units) => Number.isInteger(units) && units >= 1 && units <= width)) {
    around.refuse(`a network of [${hidden.join(", ")}] units cannot be built`, `Give 1 to ${layers} layers of 1 to ${width} units.`);
    return { is: "0" };
  }
  const parameters: Record<string, ParameterDefinition> = {};
  const algebraic: Record<string, { unit: string; is: string }> = {};
  const trends = unknown.of.map((input) => unknown.monotone?.[input]);
  const anyTrend = trends.some((trend) => trend !== undefined);
  const downwards = unknown.bounds === undefined && unknown.sign === "negative";

  let inputs = unknown.of.map((input, i) => {
    const range = around.rangeOf(input);
    if (range === undefined) {
      around.refuse(
        `nothing says from where to where ${input} goes`,
        `Add \`ranges: { ${input}: [lowest, highest] }\` to the declaration of "${name}", in ${around.unitOf(input)}.`,
      );
      return name;
    }
    const [low, high] = range;
    const [centre, half, scaled] = [`${name}.centre[${i + 1}]`, `${name}.half[${i + 1}]`, `${name}.x[${i + 1}]`];
    const unit = around.unitOf(input);
    parameters[centre] = { value: (low + high) / 2, unit, description: `middle of the range of ${input}` };
    parameters[half] = { value: (high - low) / 2, unit: unitText(difference(measureOf(unit))), description: `half the range of ${input}` };
    algebraic[scaled] = { unit: "1", is: `(${input} - ${centre})/${half}` };
    return scaled;
  });

  const rng = random(`mlp ${seed} ${name}`);
  const sizes = [...hidden, 1];
  for (const [l, size] of sizes.entries()) {
    const layer = l + 1;
    const spread = Math.sqrt(6 / (inputs.length + size));
    const outputs: string[] = [];
    for (let j = 1; j <= size; j++) {
      const last = layer === sizes.length;
      const place = (kind: string, index: string): string => `${name}.${kind}${layer}[${index}]`;
      const terms = inputs.map((input, i) => {
        const weight = place("W", `${j},${i + 1}`);
        const first = spread * (2 * rng.uniform() - 1);
        const trend = layer === 1 ? trends[i] : anyTrend ? "increasing" : undefined;
        // log(eᵃ - 1) is what softplus turns into a.
        const value = trend === undefined ? first : Math.log(Math.expm1(Math.abs(first) + 0.01));
        parameters[weight] = { value, unit: "1" };
        if (trend === undefined) return `${weight}*${input}`;
        const falls = layer === 1 && (trend === "decreasing") !== downwards;
        return `${falls ? "(-1)*" : ""}log(1 + exp(${weight}))*${input}`;
      });
      const bias = place("b", String(j));
      parameters[bias] = { value: last ? 0 : 0.1 * (2 * rng.uniform() - 1), unit: "1" };
      const sum = [bias, ...terms].join(" + ");
      const unit = last ? `${name}.raw` : place("h", String(j));
      algebraic[unit] = { unit: "1", is: last ? sum : `tanh(${sum})` };
      outputs.push(unit);
    }
    inputs = outputs;
  }
  return { is: result(name, unknown, parameters), parameters, algebraic };
}

/** The last unit, which may be any number, as a value of the relation. */
function result(
  name: string,
  { unit, bounds, sign = "any", nominal = 1 }: UnknownDefinition,
  parameters: Record<string, ParameterDefinition>,
): string {
  const raw = `${name}.raw`;
  if (bounds !== undefined) {
    const [lower, upper] = [`${name}.lower`, `${name}.upper`];
    parameters[lower] = { value: bounds[0], unit };
    parameters[upper] = { value: bounds[1], unit };
    return `${lower} + (${upper} - ${lower})/(1 + exp(-${raw}))`;
  }
  const size = `${name}.size`;
  parameters[size] = { value: nominal, unit, description: `typical size of ${name}` };
  if (sign === "any") return `${size}*${raw}`;
  return `${sign === "negative" ? "-" : ""}${size}*log(1 + exp(${raw}))`;
}
