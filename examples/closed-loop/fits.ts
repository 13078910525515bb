/** Four ways to fit the same record, from the one that is wrong to the one that is best. */
import { type Calibrated, calibrate, windowFromTable } from "greybox";
import type { Record } from "./data.ts";
import { controlled, disturbed, plain } from "./model.ts";

export type Way = "residuals are noise" | "errors are correlated" | "the loop is simulated" | "the disturbance is followed";

/**
 * Every way estimates `tau` and `gain`.
 *
 * @param level  confidence of the intervals
 */
export async function fitted(way: Way, { time, T, Q, setPoint }: Record, level = 0.95): Promise<Calibrated> {
  const estimate = ["tau", "gain"] as const;
  const initial = { T: { estimate: true } } as const;
  const tank = windowFromTable(plain, { time, measured: { T }, inputs: { Q }, hold: "hold" });
  switch (way) {
    case "residuals are noise":
      return calibrate({ model: plain, windows: [tank], estimate, initial, level });
    case "errors are correlated":
      return calibrate({
        model: plain,
        windows: [tank],
        estimate,
        initial,
        level,
        likelihood: { T: { sigma: { estimate: true }, correlationTime: { estimate: true } } },
      });
    case "the loop is simulated":
      return calibrate({
        model: controlled,
        windows: [windowFromTable(controlled, { time, measured: { T }, inputs: { setPoint }, hold: "hold" })],
        estimate,
        initial,
        level,
      });
    case "the disturbance is followed":
      return calibrate({
        model: disturbed,
        windows: [tank],
        estimate: [...estimate, "memory"],
        initial,
        level,
        innovations: { T: { T: true, w: true } },
      });
  }
}
