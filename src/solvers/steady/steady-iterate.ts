/** What a search for steady states works on: a system at rest, checked, with its starting point. */
import { GreyboxError, type System, signal } from "../../core/index.ts";
import { inputTrack } from "../input-track.ts";
import { type Iterate, noStatistics } from "../stepper.ts";
import type { SteadyProblem } from "./solve-steady.ts";

const none = new Float64Array(0);

/** @throws GreyboxError `solver/shape`, `solver/non-finite`, `solver/not-differentiable` */
export function steadyIterate(system: System, problem: SteadyProblem): Iterate {
  const n = system.states.length;
  const { p = system.p, u = new Float64Array(0), time = 0, directions } = problem;
  check("p", p, system.parameters);
  check("u", u, system.inputs);
  if (problem.x0) check("x0", problem.x0, system.states);
  if (!Number.isFinite(time)) throw new GreyboxError("solver/non-finite", { argument: "problem", name: "time", value: time });
  if (directions && !system.differentiable) {
    throw new GreyboxError("solver/not-differentiable", { system: system.name, why: "its equations come without exact derivatives" });
  }
  if (directions && directions.dp.length !== directions.count * system.active.length) {
    const expected = directions.count * system.active.length;
    const actual = directions.dp.length;
    throw new GreyboxError("solver/shape", { argument: "directions.dp", expected, actual, per: "one row a direction" });
  }
  const inputs = inputTrack(system);
  inputs.layOut(
    Array.from(u, (value) => signal([time, time + 1], [value, value])),
    time,
    time + 1,
  );
  inputs.enter(0);
  const x = new Float64Array(n);
  if (problem.x0) x.set(problem.x0);
  else {
    const initial = new Float64Array(n);
    system.initial.evaluate(time, x, inputs.u, p, initial);
    x.set(initial);
  }
  const directionless = { dp: none, du: none, onset: none, scale: none, s: none, sNext: none };
  const spare = { xNext: new Float64Array(n), error: new Float64Array(n), count: 0, ...directionless };
  return { system, inputs, p: p.slice(), x, ...spare, statistics: noStatistics() };
}

function check(argument: string, values: Float64Array, names: readonly string[]): void {
  if (values.length !== names.length) {
    const per = `one for each of ${names.length}`;
    throw new GreyboxError("solver/shape", { argument, expected: names.length, actual: values.length, per });
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new GreyboxError("solver/non-finite", { argument, name: names[bad]!, value: values[bad]! });
}
