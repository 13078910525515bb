/** A fit from JSON: what `greybox calibrate --out fit.json` wrote and what bundles carry. */
import { type AnySource, fromPlain, GreyboxError } from "../core/index.ts";
import { modelFromDefinition } from "../models/index.ts";
import type { Calibrated } from "./calibrated.ts";
import type { FitState } from "./report/data.ts";
import { writeReport } from "./report/write.ts";

/**
 * Restores a fit; a model is rebuilt from the definition, with the estimates as its parameter values.
 *
 * @throws GreyboxError `calibration/stored` when this is not a stored fit, `model/invalid` when the model in it is not one
 */
export function fitFromState(state: unknown): Calibrated {
  const missing = missingParts(state);
  if (missing.length > 0) throw new GreyboxError("calibration/stored", { missing });
  // The parts are there; what is in them was written by `fitToState`, and a bundle's hash vouches for that.
  const { model, ...rest } = fromPlain((state as FitState).fit) as Omit<Calibrated, "model" | "report"> & {
    model: AnySource["definition"];
  };
  const restored: Calibrated = {
    ...rest,
    model: modelFromDefinition(model),
    report: (path, options) => writeReport(path, restored, options),
  };
  return restored;
}

const parts = ["model", "parameters", "initial", "start", "names", "covariance", "tags", "termination", "verdict", "provenance"] as const;

function missingParts(state: unknown): readonly string[] {
  if (typeof state !== "object" || state === null || !("format" in state) || state.format !== "greybox/fit/1")
    return ['format "greybox/fit/1"'];
  const fit = "fit" in state ? state.fit : undefined;
  if (typeof fit !== "object" || fit === null) return ["fit"];
  return parts.filter((part) => !Object.hasOwn(fit, part));
}
