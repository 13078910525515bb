/** Explicit Runge–Kutta steps, backwards. Derived in `docs/notes/0036-adjoint-of-the-steps.md`. */
import { explicitStepper } from "../explicit-runge-kutta.ts";
import type { ExplicitMethod } from "../methods/method.ts";
import { type Iterate, rowsOf } from "../stepper.ts";
import { addTo, pullRates, type StepBack } from "./step-back.ts";

export function explicitBack(method: ExplicitMethod, iterate: Iterate): StepBack {
  const stepper = explicitStepper(method, iterate, "written");
  const n = iterate.x.length;
  const { a, b, c, dense } = method;
  const last = b.length - 1;
  const start = new Float64Array(n);
  const ofEnd = new Float64Array(n);
  const ofStage = new Float64Array(n);
  const ofRates = rowsOf(new Float64Array(b.length * n), b.length, n);

  return {
    stepper,

    begin() {
      start.fill(0);
      ofEnd.fill(0);
      for (const row of ofRates) row.fill(0);
    },

    end: (weights, offset) => addTo(ofEnd, 1, weights, offset),

    inside(theta, h, weights, offset) {
      addTo(start, 1, weights, offset);
      for (let i = 0; i <= last; i++) {
        const share = dense[i]!.reduceRight((sum, coefficient) => theta * (coefficient + sum), 0);
        addTo(ofRates[i]!, h * share, weights, offset);
      }
    },

    back(t, h, state, into) {
      stepper.restart();
      stepper.attempt(t, h);
      const { states } = stepper.interior!();
      for (let i = last; i > 0; i--) {
        if (i === last) ofStage.set(ofEnd);
        else ofStage.fill(0);
        pullRates(iterate, t + c[i]! * h, states[i]!, ofRates[i]!, ofStage, into);
        for (let j = 0; j < i; j++) addTo(ofRates[j]!, h * a[i]![j]!, ofStage);
        addTo(start, 1, ofStage);
      }
      pullRates(iterate, t, iterate.x, ofRates[0]!, start, into);
      state.set(start);
      return true;
    },
  };
}
