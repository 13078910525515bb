/** The step of an explicit Runge–Kutta method for a lane, with the right-hand side of a model written into every stage. */
import type { Statement, Value } from "../../core/index.ts";
import { type Bindings, inline } from "../generated/program.ts";
import type { ExplicitMethod } from "../methods/method.ts";
import { inputsAt } from "./input-values.ts";
import type { LaneMethod, LaneShape } from "./lane-program.ts";
import { load, number, plus, times, weighted } from "./values.ts";

/** @param rhs  the statements of the right-hand side, without loops */
export function explicitLanes(method: ExplicitMethod, rhs: readonly Statement[], { n, moving, sampled }: LaneShape): LaneMethod {
  const stages = method.b.length;
  return {
    sizes: { rates: n, stages: stages * n, witness: 2 * n },
    write(into, t, h, x) {
      const states: (readonly Value[])[] = [x];
      const rates: (readonly Value[])[] = [Array.from({ length: n }, (_, j) => into.name(load("rates", j), `f${j}`))];
      for (let i = 1; i < stages; i++) {
        const time = into.name(plus(t, times(number(method.c[i]!), h)));
        const weights = method.a[i]!;
        const state = x.map((base, j) => {
          const slope = weighted(
            weights,
            rates.map((rate) => rate[j]!),
          );
          return into.name(plus(base, times(h, slope)), `x${j}`);
        });
        const result: Value[] = Array.from({ length: n }, () => number(0));
        const bindings: Bindings = {
          scalar: () => time,
          load: (array, at) => (array === "x" ? state[at.offset]! : inputsAt(array, at.offset, time, moving)),
          store(_array, at, value) {
            result[at.offset] = into.name(value, `f${at.offset}`);
          },
        };
        inline(into, rhs, bindings, new Map());
        states.push(state);
        rates.push(result);
      }
      const error = x.map((_, j) =>
        into.name(
          times(
            h,
            weighted(
              method.bError,
              rates.map((rate) => rate[j]!),
            ),
          ),
        ),
      );
      return {
        next: states[stages - 1]!,
        error,
        rates: rates[stages - 1]!,
        stages: sampled ? rates.flat() : [],
        witness: [...states[stages - 2]!, ...rates[stages - 2]!],
        increment: () =>
          x.map((_, j) =>
            into.name(
              times(
                h,
                weighted(
                  method.a[stages - 1]!,
                  rates.map((rate) => rate[j]!),
                ),
              ),
            ),
          ),
      };
    },
  };
}
