/**
 * Which stiff method suits a system: one that factors in every step, or one whose factors serve many steps. Decided from the pattern of the Jacobian,
 * so that the same system is always solved by the same method; measured in `docs/notes/0038-large-systems.md`.
 */
import type { Sparsity, System } from "../core/index.ts";
import { bandedSolver, bandOf } from "./linear/banded.ts";
import { choiceDefaults, patternOf } from "./linear/choose-linear.ts";
import { fillOf } from "./linear/sparse-lu.ts";

export const stiffDefaults = {
  /** States below which a one-step method is always taken: its overhead is smaller, and it starts anew at full order. */
  fewest: 50,
  /** Points of an input above which the same is true, because each may be a stop. */
  stops: 20,
  /** Steps of the multistep method for one of the other at the same accuracy; how often it factors; systems it solves in a step. */
  steps: 4.5,
  factors: 0.1,
  solves: 1.2,
  /** Stages of the one-step method. */
  stages: 8,
  /** Operations, for each state, of a right-hand side, and of what a multistep step does beside. */
  rhs: 10,
  beside: 40,
} as const;

export interface StiffChoice {
  readonly method: "rodas5p" | "bdf";
  /** Undefined where there was nothing to weigh. */
  readonly why: string | undefined;
}

const plain: StiffChoice = { method: "rodas5p", why: undefined };
const known = new WeakMap<System, StiffChoice>();

/** @param stops  points of the inputs */
export function stiffMethod(system: System, stops: number): StiffChoice {
  const n = system.states.length;
  if (n < stiffDefaults.fewest || stops > stiffDefaults.stops || (system.delays?.names.length ?? 0) > 0) return plain;
  let choice = known.get(system);
  if (!choice) {
    choice = weigh(system, n);
    known.set(system, choice);
  }
  return choice;
}

function weigh(system: System, n: number): StiffChoice {
  const { steps, factors, solves, stages, rhs, beside } = stiffDefaults;
  const pattern = patternOf(system);
  const { factor, solve } = costs(n, pattern, system.mass);
  const evaluation = rhs * n;
  const entries = pattern?.rows.length ?? n * n;
  // Differences cost an evaluation for each column, or for each group of them: at least as many as the fullest row has places.
  const jacobian = system.jacobian ? 3 * entries : evaluation * (pattern ? (2 * entries) / n : n);
  const oneStep = jacobian + factor + stages * (solve + evaluation);
  const multistep = steps * (factors * (jacobian + factor) + solves * (solve + evaluation) + beside * n);
  if (multistep >= oneStep) return plain;
  return {
    method: "bdf",
    why: `a Jacobian and its factors cost ${Math.round((jacobian + factor) / (solve + evaluation))} times what a solution does`,
  };
}

/** Multiplications of a factorisation and of a solution with it. */
function costs(n: number, pattern: Sparsity | undefined, mass: Uint8Array | undefined): { factor: number; solve: number } {
  const dense = { factor: n ** 3 / 3, solve: n * n };
  if (!pattern) return dense;
  if (bandedSolver(n, pattern, mass)) {
    const { below, above } = bandOf(n, pattern);
    return { factor: n * below * (above + 1), solve: n * (below + above + 1) };
  }
  return pattern.rows.length > choiceDefaults.dense * n * n ? dense : (fillOf(n, pattern, mass) ?? dense);
}
