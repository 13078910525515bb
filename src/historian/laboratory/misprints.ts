/** Results that were typed wrong: a decimal sign in the wrong place, two digits exchanged. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "../cleaning/layers.ts";
import { expectedFrom, fewestResults } from "./expected.ts";

export interface Misprint {
  /** Place in the raw series. */
  readonly place: number;
  readonly written: number;
  /** What it seems to have been; never put in its place. */
  readonly meant: number;
}

export interface MisprintOptions {
  /** Standard deviation of the method; 0: only that of the results. */
  readonly sigma?: number | undefined;
  /** Distance from what neighbours say, in standard deviations, from which on a result is looked at. */
  readonly suspect?: number | undefined;
  /** Distance up to which a correction explains it. */
  readonly explained?: number | undefined;
}

export const misprintDefaults = { suspect: 8, explained: 3 } as const;

/**
 * Results far from what their neighbours say, which a shift by powers of ten or an exchange of two neighbouring digits brings back.
 *
 * What no such slip explains is left alone: it may be the process.
 *
 * @param order  usable places by time
 */
export function misprints(view: View, order: Int32Array, options: MisprintOptions = {}): readonly Misprint[] {
  const { sigma: floor = 0, suspect = misprintDefaults.suspect, explained = misprintDefaults.explained } = options;
  if (order.length < fewestResults) return [];
  const value = Float64Array.from(order, (place) => view.value[place]!);
  const { value: expected, sigma } = expectedFrom(value, floor);
  if (sigma <= 0) return [];
  const found: Misprint[] = [];
  order.forEach((place, k) => {
    const written = value[k]!;
    if (Math.abs(written - expected[k]!) <= suspect * sigma) return;
    const meant = slips(written)
      .filter((one) => Math.abs(one - expected[k]!) <= explained * sigma)
      .sort((a, b) => Math.abs(a - expected[k]!) - Math.abs(b - expected[k]!))[0];
    if (meant !== undefined) found.push({ place, written, meant });
  });
  return found;
}

/** Misprints in doubt: no evidence for a fit, Uncertain for a prediction. */
export function misprintLayer(view: View, order: Int32Array, options: MisprintOptions = {}): Layer {
  const places = Int32Array.from(misprints(view, order, options), ({ place }) => place).sort();
  return { method: "misprints", reason: "labSuspect", places, status: status.uncertainSensorNotAccurate, omit: false };
}

/** What may have been meant by a number: a decimal sign one to three places off, or two neighbouring digits exchanged. */
function slips(written: number): readonly number[] {
  const shifted = [-3, -2, -1, 1, 2, 3].map((k) => written * 10 ** k);
  const digits = String(written);
  const exchanged: number[] = [];
  for (let i = 0; i + 1 < digits.length; i++) {
    // The decimal sign may stand between the two.
    const j = digits[i + 1] === "." ? i + 2 : i + 1;
    if (!isDigit(digits[i]) || !isDigit(digits[j]) || digits[i] === digits[j]) continue;
    const turned = [...digits];
    [turned[i], turned[j]] = [digits[j]!, digits[i]!];
    exchanged.push(Number(turned.join("")));
  }
  return [...shifted, ...exchanged];
}

function isDigit(letter: string | undefined): boolean {
  return letter !== undefined && letter >= "0" && letter <= "9";
}
