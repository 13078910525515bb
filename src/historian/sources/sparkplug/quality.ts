/** What a metric says about its value, as an OPC UA status and reasons. */
import { reason, status } from "../../../core/index.ts";
import { reasonOfSeverity } from "../../series.ts";

/**
 * Status of a metric from its properties.
 *
 * `StatusCode`, an OPC UA code that some senders add, says more than `Quality`, unless it contradicts that. An absent Quality means good;
 * one that the specification does not know is Bad: nothing says what its sender meant.
 *
 * @param quality  0, 192, 500, or −1 for absent
 * @param code  OPC UA StatusCode, or −1 for absent
 * @see Eclipse Sparkplug 3.0.0, §6.4.14 "Quality Codes".
 */
export function statusOf(quality: number, code: number): number {
  const plain = quality === 192 || quality < 0 ? status.good : quality === 500 ? status.uncertainLastUsableValue : status.bad;
  if (code < 0) return plain;
  const said = code >>> 0;
  return quality < 0 || said >>> 30 >= plain >>> 30 ? said : plain;
}

/** Reasons that go with a status that the sender gave. */
export const reasonsOf = reasonOfSeverity;

/** The marks of a value whose sender is gone or not understood any more. */
export const stale = { status: status.uncertainLastUsableValue, reasons: reason.groupStale } as const;
