/** Faults of status: marked points, and exports that lose the marks. */
import { reason, severity, status } from "../../core/index.ts";
import { reasonOfSeverity, type Series } from "../series.ts";
import { drawnPlaces, type Faulted, isWithin, type Seeded, type Stretch, streamFor } from "./fault.ts";

/** A stretch is marked, with its values left in place. Default: Bad, no communication. */
export function markBad(series: Series, { code = status.badNoCommunication, ...stretch }: Stretch & { readonly code?: number }): Faulted {
  return marked(series, (place) => isWithin(series.time[place]!, stretch), code);
}

/** Single points are marked. @param options `share` of the points */
export function markSome(
  series: Series,
  { share, seed, code = status.bad }: Seeded & { readonly share: number; readonly code?: number },
): Faulted {
  const chosen = new Set(drawnPlaces(streamFor("markSome", series, seed), series.time.length, Math.round(share * series.time.length)));
  return marked(series, (place) => chosen.has(place), code);
}

function marked(series: Series, isChosen: (place: number) => boolean, code: number): Faulted {
  const [codes, reasons] = [series.status.slice(), series.reasons.slice()];
  const affected = new Uint8Array(codes.length);
  const why = reasonOfSeverity(code);
  for (let i = 0; i < codes.length; i++) {
    if (!isChosen(i)) continue;
    affected[i] = 1;
    codes[i] = code;
    reasons[i] = (reasons[i]! & ~reason.unverified) | why;
  }
  return { series: { ...series, status: codes, reasons }, affected };
}

/** An export without a status column: everything is Good, nobody vouches for it. Points without a value stay without one. */
export function loseStatus(series: Series): Faulted {
  const missing = series.reasons.map((mask) => mask & reason.notANumber);
  return {
    series: {
      ...series,
      status: missing.map((mask) => (mask === 0 ? status.good : status.badNoData)),
      reasons: missing.map((mask) => mask | reason.unverified),
    },
    affected: Uint8Array.from(series.status, (code, i) => (missing[i] === 0 && severity(code) !== "good" ? 1 : 0)),
  };
}
