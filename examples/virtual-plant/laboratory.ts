/** The laboratory of the virtual plant: three samples a day from the outlet, results hours later, now and then a slip of the pen. */
import { random } from "greybox/core";
import type { PlantRecord } from "./plant.ts";

/** Standard deviation of the laboratory's method [mol/L]. */
export const repeatability = 0.015;

/** Results in the order of sampling. Columns of equal length. */
export interface LabResults {
  /** When the sample was taken, and when its result was known [s since 1970 UTC]. */
  readonly sampled: Float64Array;
  readonly reported: Float64Array;
  /** Concentration of A in the outlet [mol/L]. */
  readonly value: Float64Array;
}

/** Samples at about 6, 14 and 22 o'clock; one in thirty gets lost, and the result of the tenth has its point in the wrong place. */
export function laboratory(plant: PlantRecord, epoch: number, seed: number): LabResults {
  const draw = random(seed).fork("laboratory");
  const end = plant.time.at(-1) ?? 0;
  const rows: { readonly sampled: number; readonly reported: number; readonly value: number }[] = [];
  for (let due = 6 * 3600; due < end - 4 * 3600; due += 8 * 3600) {
    const sampled = due + 60 * draw.integer(25);
    const reported = sampled + 3600 + draw.integer(7200);
    const row = plant.time.findIndex((time) => time >= sampled);
    const value = Number((plant.cOut[row]! + repeatability * draw.normal()).toFixed(3));
    if (draw.uniform() < 1 / 30) continue;
    rows.push({ sampled: epoch + sampled, reported: epoch + reported, value: rows.length === 9 ? value * 10 : value });
  }
  const column = (name: "sampled" | "reported" | "value") => Float64Array.from(rows, (row) => row[name]);
  return { sampled: column("sampled"), reported: column("reported"), value: column("value") };
}
