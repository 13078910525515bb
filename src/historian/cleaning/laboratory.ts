/** What a binding declares of laboratory values, as layers: limits of detection, and samples whose time is not sure. */
import { status } from "../../core/index.ts";
import type { BoundLab } from "../bind-lab.ts";
import { goodOf } from "./clean.ts";
import { type Layer, type View, withLayer } from "./layers.ts";

/** The status speaks of a data value that lies at the upper limit. @see OPC UA Part 4, §7.39.1 */
const atHighLimit = 0x400 | 0x200;

/**
 * Values at or below the lower limit become the limit and are marked as such; so do those at or above the upper one. The likelihood of a
 * fit takes them as limits, never as values.
 *
 * @param convert  from archived values to the unit of the limits, increasing or decreasing
 */
export function laboratoryLayers(view: View, order: Int32Array, lab: BoundLab, convert: { factor: number; shift: number }): Layer[] {
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
    const places = goodOf(view, order).sort();
    layers.push({ method: `sample time ${lab.sampleTime}`, reason: "sampleTimeUnknown", places, status: 0, omit: false });
  }
  return layers;
}

/** The archived number that converts to the limit; the value itself where it already does, bit for bit. */
function archived(value: number, limit: number, { factor, shift }: { factor: number; shift: number }): number {
  return factor * value + shift === limit ? value : (limit - shift) / factor;
}

/** A view with the layers of the laboratory on top. */
export function withLaboratory(view: View, order: Int32Array, lab: BoundLab | undefined, convert: { factor: number; shift: number }): View {
  if (lab === undefined) return view;
  return laboratoryLayers(view, order, lab, convert).reduce(withLayer, view);
}
