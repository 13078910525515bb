/** What the compiler accepts and refuses in a question: checked by `npm run types`, where an error that is missing is an error. */
import { type Calibrated, calibrate, evaluate } from "../../src/calibration/index.ts";
import type { Window } from "../../src/historian/index.ts";
import { vanDeVusse } from "./van-de-vusse.ts";

export async function namesAreChecked(windows: readonly Window[]): Promise<Calibrated> {
  // @ts-expect-error: E2 is not a parameter
  await calibrate({ model: vanDeVusse, windows, estimate: ["k10", "E2"] });
  // @ts-expect-error: cAA is not a state
  await calibrate({ model: vanDeVusse, windows, estimate: ["k10"], initial: { cAA: 1 } });
  const fit = await calibrate({ model: vanDeVusse, windows, estimate: ["k10", "E1"], initial: { cA: "measured" } });
  fit.parameters.E1.value satisfies number;
  // @ts-expect-error: E3 was not estimated
  fit.parameters.E3;
  for (const window of windows) {
    const { columns } = evaluate(fit.model, window);
    columns.k1 satisfies Float64Array;
    // @ts-expect-error: an observable that the model does not have
    columns.k2;
  }
  return fit;
}
