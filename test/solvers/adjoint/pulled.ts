/** Transposed derivatives for systems that only have directional ones: one unit direction after the other. For tests. */
import type { Differentiable, Directions, System } from "greybox/core";

/** The system with a `pullback` for each of its functions. */
export function pulled(system: System): System {
  const [n, r, a] = [system.states.length, system.inputs.length, system.active.length];
  const count = n + r + a;
  const unit = (offset: number, width: number): Float64Array =>
    Float64Array.from({ length: count * width }, (_, i) => (Math.floor(i / width) === offset + (i % width) ? 1 : 0));
  const along: Directions = { count, dt: new Float64Array(count), dx: unit(0, n), du: unit(n, r), dp: unit(n + r, a) };
  const withPullback = <F extends Differentiable>(of: F): F => ({
    ...of,
    pullback(t, x, u, p, weights, into) {
      const slopes = new Float64Array(count * of.size);
      of.tangent(t, x, u, p, along, slopes);
      const sum = (k: number): number => weights.reduce((total, weight, i) => total + weight * slopes[k * of.size + i]!, 0);
      for (let i = 0; i < n; i++) into.x[i]! += sum(i);
      for (let i = 0; i < r; i++) into.u[i]! += sum(n + i);
      for (let i = 0; i < a; i++) into.p[i]! += sum(n + r + i);
    },
  });
  const { events, switches, jacobian } = system;
  return {
    ...system,
    rhs: withPullback(system.rhs),
    initial: withPullback(system.initial),
    observe: withPullback(system.observe),
    ...(jacobian ? { jacobian: withPullback(jacobian) } : {}),
    ...(events ? { events: { ...events, when: withPullback(events.when), then: events.then.map(withPullback) } } : {}),
    ...(switches ? { switches: { ...switches, when: withPullback(switches.when) } } : {}),
  };
}
