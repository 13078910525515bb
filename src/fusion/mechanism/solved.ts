/** The calibrated mechanism run by the solver: window by window, from the initial states that the calibration knows. */
import { type Calibrated, type StartChoice, startSource } from "../../calibration/index.ts";
import { type Directions, describeOutcome, GreyboxError, inputWidth, type Signal, type System } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { type Solution, solve } from "../../solvers/index.ts";
import { usablePoints } from "../features/last-known.ts";
import type { Mechanism } from "./mechanism.ts";
import type { MechanismRun } from "./run.ts";

export interface MechanismOptions {
  /**
   * How states start in windows that were not part of the fit: a number in the unit of the state, or the first good measured value, its
   * own or that of another observable.
   * Default: as the fit says (`fit.start`), else as the model says.
   */
  readonly initial?: Readonly<Record<string, StartChoice>> | undefined;
  /** Relative tolerance. Default 1e-7. */
  readonly rtol?: number | undefined;
}

export const mechanismDefaults = { rtol: 1e-7 } as const;

/** @throws GreyboxError `fusion/name` when `initial` names something that is not a state */
export function mechanismOf(fit: Calibrated, options: MechanismOptions = {}): Mechanism {
  const plain = fit.model.system();
  for (const name of Object.keys(options.initial ?? {})) {
    if (!plain.states.includes(name)) throw new GreyboxError("fusion/name", { option: "initial", name, known: plain.states });
  }
  const parameters = plain.differentiable ? Object.keys(fit.parameters).filter((name) => plain.parameters.includes(name)) : [];
  let active: System | undefined;
  return {
    inputs: plain.inputs,
    observables: plain.observables,
    parameters,
    run(window, times, sensitivityOf) {
      const differentiate = sensitivityOf !== undefined && parameters.length > 0;
      if (differentiate) active ??= fit.model.system({ active: parameters });
      const system = differentiate ? active! : plain;
      const solution = solveWindow(system, window, times, startOf(fit, options, system, window), options, differentiate);
      return readOff(system, solution, sensitivityOf);
    },
  };
}

interface Start {
  readonly x0: Float64Array;
  readonly x0Given: Uint8Array;
}

/** The initial states that are known of a window; the rest start as the model says. */
function startOf(fit: Calibrated, { initial = {} }: MechanismOptions, system: System, window: Window): Start {
  const x0 = new Float64Array(system.states.length);
  const x0Given = new Uint8Array(system.states.length);
  for (const [i, state] of system.states.entries()) {
    const choice = fit.initial[window.name]?.[state] ?? (Object.hasOwn(initial, state) ? initial[state] : fit.start[state]);
    const source = choice === undefined ? undefined : startSource(choice, state, fit.model.definition);
    const found = source && firstMeasured(window, source.observable);
    if (source && found === undefined) {
      const outcome = `it has no measured value of "${source.observable}" to start from.`;
      throw new GreyboxError("fusion/mechanism", { window: window.name, outcome });
    }
    const value = source && found !== undefined ? found * source.factor + source.shift : typeof choice === "number" ? choice : undefined;
    if (value === undefined) continue;
    x0[i] = value;
    x0Given[i] = 1;
  }
  return { x0, x0Given };
}

function firstMeasured({ measured }: Window, state: string): number | undefined {
  if (!Object.hasOwn(measured, state)) return undefined;
  const [first] = usablePoints(measured[state]!);
  return first === undefined ? undefined : measured[state]!.value[first]!;
}

function solveWindow(
  system: System,
  window: Window,
  times: Float64Array,
  start: Start,
  { rtol = mechanismDefaults.rtol }: MechanismOptions,
  differentiate: boolean,
): Solution {
  const inputs = system.inputs.map((name): Signal => {
    const signal = Object.hasOwn(window.inputs, name) ? window.inputs[name] : undefined;
    if (!signal) throw new GreyboxError("fusion/mechanism", { window: window.name, outcome: `input "${name}" is not in it.` });
    return signal;
  });
  const last = times.at(-1) ?? 0;
  const count = system.active.length;
  const solution = solve(
    system,
    {
      span: [0, last > 0 ? last : window.duration],
      ...start,
      inputs,
      samples: times,
      directions: differentiate ? { count, dp: identity(count) } : undefined,
    },
    { rtol },
  );
  // A run that ended early (an event, a failure) has computed nothing for the rest, and nothing must not look like a number.
  if (solution.times.length < times.length) {
    throw new GreyboxError("fusion/mechanism", { window: window.name, outcome: describeOutcome(solution.outcome) });
  }
  return solution;
}

function readOff(system: System, solution: Solution, sensitivityOf: string | undefined): MechanismRun {
  const { times, states, inputs, tangents, inputTangents } = solution;
  const [n, r, size, count] = [system.states.length, inputWidth(system), system.observe.size, system.active.length];
  const values = new Float64Array(times.length * size);
  const sensitivity = tangents && sensitivityOf !== undefined ? new Float64Array(times.length * count) : undefined;
  const column = system.observables.indexOf(sensitivityOf ?? "");
  const slopes = new Float64Array(count * size);
  const along = { count, dt: new Float64Array(count), du: new Float64Array(count * r), dp: identity(count) };
  for (let row = 0; row < times.length; row++) {
    const x = states.subarray(row * n, (row + 1) * n);
    const u = inputs.subarray(row * r, (row + 1) * r);
    system.observe.evaluate(times[row]!, x, u, system.p, values.subarray(row * size, (row + 1) * size));
    if (!sensitivity) continue;
    const du = inputTangents?.subarray(row * count * r, (row + 1) * count * r) ?? along.du;
    const directions: Directions = { ...along, du, dx: tangents!.subarray(row * count * n, (row + 1) * count * n) };
    system.observe.tangent(times[row]!, x, u, system.p, directions, slopes);
    for (let k = 0; k < count; k++) sensitivity[row * count + k] = slopes[k * size + column]!;
  }
  return { time: Float64Array.from(times), observables: system.observables, values, sensitivity };
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
}
