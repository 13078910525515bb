/** How the starts ended, and how the estimates hang together. */
import type { Calibrated } from "../calibrated.ts";
import { correlationMap, waterfall } from "./charts.ts";
import { foldsAfterParameters, parameterCount } from "./estimates.ts";
import { folded } from "./html.ts";

export function starts({ starts }: Calibrated): string {
  if (starts.length < 2) return "";
  const counts = new Map<string, number>();
  for (const { termination } of starts) {
    const end = termination.ok ? "converged" : termination.kind.replaceAll("-", " ");
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  const ends = [...counts].map(([end, count]) => `${count} ${end}`).join(", ");
  const rings = starts.some(({ termination }) => !termination.ok) ? " (rings: not converged)" : "";
  return `<section><h2>Starts</h2><p>${starts.length} starts: ${ends}${rings}.</p>${waterfall(starts)}</section>`;
}

export function correlations(fit: Calibrated): string {
  const q = fit.names.length;
  if (q < 2) return "";
  const some = foldsAfterParameters(fit);
  const all = some ? folded("with initial values", correlationMap(fit, q)) : "";
  return `<section><h2>Correlation of the estimates</h2>${correlationMap(fit, some ? parameterCount(fit) : q)}${all}</section>`;
}
