/** A system beside its own derivative along one direction, as a system of twice the states: what second derivatives are made of. */
import type { Differentiable, Directions, System } from "../../core/index.ts";
import type { DoubledFunctions } from "./doubled.ts";

/** States x, then s. Events, conditions and observables are those of x; what an event does to s is not in it. */
export function doubledSystem(system: System, { rhs, jacobian, initial }: DoubledFunctions): System {
  const [n, count, a] = [system.states.length, system.parameters.length, system.active.length];
  const narrow = (of: Differentiable): Differentiable => narrowed(of, n, count);
  const twice = <T extends Float64Array | Uint8Array>(values: T, into: T): T => {
    into.set(values, 0);
    into.set(values, n);
    return into;
  };
  const { events, switches, mass } = system;
  const lower = new Float64Array(2 * n).fill(-Infinity);
  lower.set(system.lower);
  const p = new Float64Array(count + a + n);
  p.set(system.p);
  return {
    name: system.name,
    time: system.time,
    states: [...system.states, ...system.states.map((name) => `d${name}`)],
    inputs: system.inputs,
    parameters: [
      ...system.parameters,
      ...Array.from(system.active, (index) => `d${system.parameters[index]}`),
      ...system.states.map((name) => `d${name}0`),
    ],
    active: system.active,
    p,
    nominal: twice(system.nominal, new Float64Array(2 * n)),
    lower,
    initial: initial.withActive(system.active),
    rhs: rhs.withActive(system.active),
    ...(system.autonomous === undefined ? {} : { autonomous: system.autonomous }),
    jacobian: jacobian.withActive(system.active),
    observables: system.observables,
    observe: narrow(system.observe),
    ...(mass === undefined ? {} : { mass: twice(mass, new Uint8Array(2 * n)) }),
    ...(events === undefined
      ? {}
      : {
          events: {
            ...events,
            when: narrow(events.when),
            then: events.then.map(() => unchanged(2 * n)),
            terminal: events.terminal.map(() => 1),
          },
        }),
    ...(switches === undefined ? {} : { switches: { ...switches, when: narrow(switches.when) } }),
    differentiable: true,
  };
}

/** What an event does that only ends the run. */
function unchanged(size: number): Differentiable {
  return {
    size,
    evaluate: (_t, x, _u, _p, out) => out.set(x),
    tangent: (_t, _x, _u, _p, along, out) => out.set(along.dx),
    pullback(_t, _x, _u, _p, weights, into) {
      for (let i = 0; i < size; i++) into.x[i]! += weights[i]!;
    },
  };
}

/** A function of x as a function of x and s. */
function narrowed(of: Differentiable, n: number, parameters: number): Differentiable {
  return {
    size: of.size,
    evaluate: (t, x, u, p, out) => of.evaluate(t, x.subarray(0, n), u, p.subarray(0, parameters), out),
    tangent(t, x, u, p, along, out) {
      const dx = new Float64Array(along.count * n);
      for (let k = 0; k < along.count; k++) dx.set(along.dx.subarray(2 * k * n, (2 * k + 1) * n), k * n);
      const own: Directions = { ...along, dx };
      of.tangent(t, x.subarray(0, n), u, p.subarray(0, parameters), own, out);
    },
    pullback: (t, x, u, p, weights, into) =>
      of.pullback!(t, x.subarray(0, n), u, p.subarray(0, parameters), weights, { ...into, x: into.x.subarray(0, n) }), // Those of models have one.
  };
}
