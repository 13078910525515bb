/** What PI says of a point, as status and reasons: flags, digital states, system states. */
import { reason, status } from "../../core/index.ts";
import { meaningOf } from "../status-codes.ts";
import type { Cell } from "./cells.ts";

/** A value as PI Web API writes it. */
export interface PiItem {
  readonly Timestamp: string;
  readonly Value: number | string | null | { readonly Name: string; readonly Value: number; readonly IsSystem?: boolean };
  readonly Good?: boolean;
  readonly Questionable?: boolean;
  readonly Substituted?: boolean;
  readonly Annotated?: boolean;
  readonly Errors?: unknown;
}

/**
 * States of the digital set SYSTEM that archives write in place of a value, by number; others go by their name.
 *
 * @see AVEVA PI Data Archive, "System digital state set"
 */
const systemStates = new Map<number, number>([
  [211, status.badNoData], // No Sample
  [213, status.badOutOfService], // Unit Down
  [214, status.bad], // Sample Bad
  [216, status.badNoData], // No Lab Data
  [238, status.badOutOfService], // Scan Off
  [245, status.badOutOfService], // Calc Off
  [246, status.badNoCommunication], // I/O Timeout
  [248, status.badNoData], // No Data
]);

export interface PiPoint {
  readonly value: Cell;
  readonly status: number;
  readonly reasons: number;
}

/**
 * A system state is no measurement, whatever number it has; the state of a digital tag is its number.
 *
 * @example
 * pointOf({ Timestamp: "", Value: { Name: "I/O Timeout", Value: 246, IsSystem: true }, Good: false }).status; // => status.badNoCommunication
 */
export function pointOf(item: PiItem): PiPoint {
  const { Value: written } = item;
  if (typeof written === "object" && written !== null) {
    const system = written.IsSystem === true || (item.Good === false && systemStates.has(written.Value));
    if (system) {
      const meaning = meaningOf(written.Name);
      const code = systemStates.get(written.Value) ?? meaning?.status ?? status.bad;
      // A word that is known is counted under its name.
      return { value: meaning ? written.Name : null, status: code, reasons: (meaning?.reasons ?? 0) | reason.notANumber };
    }
    return { value: written.Value, ...flagsOf(item) };
  }
  return { value: written, ...flagsOf(item) };
}

function flagsOf(item: PiItem): { readonly status: number; readonly reasons: number } {
  if (item.Good === false) return { status: status.bad, reasons: 0 };
  // Somebody wrote another value over what was archived.
  if (item.Substituted === true) return { status: status.uncertainSubstituteValue, reasons: reason.manual };
  return { status: item.Questionable === true ? status.uncertain : status.good, reasons: 0 };
}
