/** Estimates of two fits side by side, each about the former one in its standard errors. */
import type { EstimateChange } from "../comparison/estimates.ts";
import { drawing, escaped, type Frame, pixel } from "./svg.ts";

const rowHeight = 26;
const shown = 40;

/** Bars of ±1 and ±2 standard errors, the former above, the later below; the place is the difference over the root of the sum of squares. */
export function changeChart(estimates: readonly EstimateChange[]): string {
  const known = estimates.filter(({ standardErrors }) => standardErrors !== undefined).slice(0, shown);
  if (known.length === 0) return "";
  const spans = known.map(({ standardErrors = 0, errors }) => {
    const size = Math.hypot(...errors);
    return { at: standardErrors, before: errors[0] / size, after: errors[1] / size };
  });
  const reach = 1.08 * Math.max(3, ...spans.map(({ at, after }) => Math.abs(at) + 2 * after));
  const n = known.length;
  const names = known.map(({ name }, i) => ({ at: n - i - 0.5, text: name.length > 9 ? `${name.slice(0, 8)}…` : name }));
  const frame: Frame = {
    title: "Before (grey) and after, with 1 and 2 standard errors",
    x: { low: -reach, high: reach, label: "from the former estimate, in standard errors of the difference" },
    y: { low: 0, high: n, label: "", ticks: names },
    width: 620,
    height: 80 + rowHeight * n,
  };
  return `<div class="charts single">${drawing(frame, (scales) =>
    spans
      .map(({ at, before, after }, i) => {
        const y = scales.y(n - i - 0.5);
        const whisker = (centre: number, error: number, shift: number, kind: string): string => {
          const bar = (times: number, thick: string): string => {
            const [from, to] = [scales.x(centre - times * error), scales.x(centre + times * error)];
            return `<line class="whisker ${kind}${thick}" x1="${pixel(from)}" x2="${pixel(to)}" y1="${pixel(y + shift)}" y2="${pixel(y + shift)}"/>`;
          };
          const middle = `<circle class="whisker ${kind}" cx="${pixel(scales.x(centre))}" cy="${pixel(y + shift)}" r="3.2"/>`;
          return bar(2, "") + bar(1, " thick") + middle;
        };
        return `<g><title>${escaped(known[i]!.name)}</title>${whisker(0, before, -5, "former")}${whisker(at, after, 5, "later")}</g>`;
      })
      .join(""),
  )}</div>`;
}
