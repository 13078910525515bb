/** What a binding declares of laboratory values, as layers: limits of detection, and samples whose time is not sure. */
import { status } from "../../core/index.ts";
import type { BoundLab } from "../bind-lab.ts";
import { gathered } from "../series.ts";
import { goodOf } from "./clean.ts";
import { type Layer, type View, withLayer } from "./layers.ts";
import { timeWeights } from "./time-weights.ts";

/** The status speaks of a data value that lies at the upper limit. @see OPC UA Part 4, §7.39.1 */
const atHighLimit = 0x400 | 0x200;

/** From archived values to the unit of the limits, increasing or decreasing; with the standard deviation of the method in that unit. */
export interface LabUnit {
  readonly factor: number;
  readonly shift: number;
  readonly sigma?: number | undefined;
}

/**
 * Values at or below the lower limit become the limit and are marked as such; so do those at or above the upper one. The likelihood of a
 * fit takes them as limits, never as values.
 */
export function laboratoryLayers(view: View, order: Int32Array, lab: BoundLab, convert: LabUnit): Layer[] {
  const { low, high } = lab.detection;
  const layers: Layer[] = [];
  const good = goodOf(view, order);
  const limited = (method: string, limit: number, beyond: (value: number) => boolean, made: Pick<Layer, "reason" | "status">): void => {
    const places = good.filter((place) => beyond(convert.factor * view.value[place]! + convert.shift)).sort();
    const values = Float64Array.from(places, (place) => archived(view.value[place]!, limit, convert));
    layers.push({ method, ...made, places, omit: false, values });
  };
  if (low !== undefined)
    limited("detection limit, lower", low, (value) => value <= low, { reason: "censored", status: status.uncertainSubNormal });
  if (high !== undefined) {
    const code = status.uncertainEngineeringUnitsExceeded | atHighLimit;
    limited("detection limit, upper", high, (value) => value >= high, { reason: "saturated", status: code });
  }
  if (lab.sampleTime !== "actual") {
    // The faster the process moves, the less a result tells whose time may be wrong.
    const sigma = (convert.sigma ?? 0) / Math.abs(convert.factor);
    const factors = timeWeights(gathered(view.time, good), gathered(view.value, good), lab.within, sigma);
    const byPlace = Array.from(good.keys()).sort((a, b) => good[a]! - good[b]!);
    const places = Int32Array.from(byPlace, (k) => good[k]!);
    const weights = Float64Array.from(byPlace, (k) => factors[k]!);
    const code = lab.sampleTime === "unknown" ? status.uncertainSubNormal : 0;
    layers.push({ method: `sample time ${lab.sampleTime}`, reason: "sampleTimeUnknown", places, status: code, omit: false, weights });
  }
  return layers;
}

/** The archived number that converts to the limit; the value itself where it already does, bit for bit. */
function archived(value: number, limit: number, { factor, shift }: { factor: number; shift: number }): number {
  return factor * value + shift === limit ? value : (limit - shift) / factor;
}

/** A view with the layers of the laboratory on top. */
export function withLaboratory(view: View, order: Int32Array, lab: BoundLab | undefined, convert: LabUnit): View {
  if (lab === undefined) return view;
  return laboratoryLayers(view, order, lab, convert).reduce(withLayer, view);
}
