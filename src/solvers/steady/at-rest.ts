/** A system with delays as it is at rest, where what was is what is: delayed values are those of the moment. */
import type { Differentiable, Directions, System } from "../../core/index.ts";

/** The same system without delays. Its steady states are those of the original; its eigenvalues are not. */
export function atRest(system: System): System {
  const { delays, jacobian: _, kernels: __, ...rest } = system;
  if (!delays) return system;
  const [r, d] = [system.inputs.length, delays.names.length];

  /** Inputs, then delayed values; one that delays another needs a second look. */
  const all = (t: number, x: Float64Array, u: Float64Array, p: Float64Array): Float64Array => {
    const longer = new Float64Array(r + d);
    longer.set(u.subarray(0, r));
    const values = new Float64Array(d);
    for (let turn = 0; turn < d; turn++) {
      delays.of.evaluate(t, x, longer, p, values);
      longer.set(values, r);
    }
    return longer;
  };

  const still = (each: Differentiable): Differentiable => {
    return {
      size: each.size,
      evaluate: (t, x, u, p, out) => each.evaluate(t, x, all(t, x, u, p), p, out),
      tangent(t, x, u, p, along, out) {
        const { count } = along;
        const longer = all(t, x, u, p);
        const du = new Float64Array(count * (r + d));
        const directions: Directions = { ...along, du };
        const values = new Float64Array(count * d);
        for (let k = 0; k < count; k++) du.set(along.du.subarray(k * r, (k + 1) * r), k * (r + d));
        for (let turn = 0; turn < d; turn++) {
          delays.of.tangent(t, x, longer, p, directions, values);
          for (let k = 0; k < count; k++) du.set(values.subarray(k * d, (k + 1) * d), k * (r + d) + r);
        }
        each.tangent(t, x, longer, p, directions, out);
      },
    };
  };

  return { ...rest, initial: still(system.initial), rhs: still(system.rhs), observe: still(system.observe) };
}
