/** Draws from a posterior or a bootstrap: histograms beside the normal distribution that the standard error stands for. */
import { normalCdf } from "../../core/index.ts";
import type { Bootstrap } from "../bootstrap/bootstrap.ts";
import type { Calibrated, Estimate } from "../calibrated.ts";
import type { Sample } from "../sampling/sample.ts";
import { cell, gallery, number, row, rowHead, sentenceList, table, unitText } from "./html.ts";
import { digits, readable } from "./numbers.ts";
import { drawing, type Frame, pixel, polyline } from "./svg.ts";

const size = { width: 385, height: 200 } as const;
const drawn = { open: 9, most: 48 } as const;

export function sampleSection(fit: Calibrated, sample: Sample | undefined): string {
  if (!sample) return "";
  const quantities = Object.values(sample.quantities);
  const rows = quantities.map(({ name, mean, median, standardDeviation, rHat, effective }) =>
    row([
      rowHead(name),
      number(digits(mean, standardDeviation)),
      number(digits(median, standardDeviation)),
      number(short2(standardDeviation)),
      number(rHat.toFixed(3)),
      number(String(Math.round(effective))),
    ]),
  );
  return (
    `<h2>Posterior</h2>${sample.verdict.length > 0 ? sentenceList(sample.verdict, "verdict") : ""}` +
    table(["", "#mean", "#median", "#deviation", "#R̂", "#worth draws"], rows) +
    histograms(fit, quantities)
  );
}

export function bootstrapSection(fit: Calibrated, bootstrap: Bootstrap | undefined): string {
  if (!bootstrap) return "";
  const quantities = Object.values(bootstrap.quantities);
  const rows = quantities.map(({ name, mean, bias, unbiased, standardDeviation }) => {
    const said = fit.parameters[name]?.standardError;
    return row([
      rowHead(name),
      number(digits(mean, standardDeviation)),
      number(digits(unbiased, standardDeviation)),
      number(short2(bias)),
      number(short2(standardDeviation)),
      number(said === undefined ? "–" : short2(said)),
    ]);
  });
  const { kind, draws, failed, verdict, archived } = bootstrap;
  const fate = failed === 0 ? "all came to an end" : `${failed} came to no end`;
  return (
    `<h2>Bootstrap</h2><p>${draws} refits (${kind}), of which ${fate}.</p>${verdict.length > 0 ? sentenceList(verdict, "verdict") : ""}` +
    archiveTable(archived) +
    table(["", "#mean", "#without bias", "#bias", "#deviation", "#standard error of the fit"], rows) +
    histograms(fit, quantities)
  );
}

/** What the record shows of tags that a historian kept by exception and compression. */
function archiveTable(archived: Bootstrap["archived"]): string {
  const rows = Object.entries(archived).map(([name, { sigma, sigmaEstimated, every, ratio, unit }]) =>
    row([
      rowHead(name),
      number(`${short2(sigma)}${sigmaEstimated ? " (estimated)" : ""}`),
      cell(unit === "1" ? "" : unit),
      number(short2(every)),
      number(short2(ratio)),
    ]),
  );
  return rows.length > 0
    ? table(["archived", "#σ at the source", "unit", "#time between values there", "#values there for each kept"], rows)
    : "";
}

function short2(value: number): string {
  return readable(Number(value.toPrecision(2)));
}

interface Drawn {
  readonly name: string;
  readonly unit: string;
  readonly draws: Float64Array;
}

function histograms({ parameters }: Calibrated, quantities: readonly Drawn[]): string {
  return gallery(
    quantities.filter(({ draws }) => draws.length > 1).map((one) => histogram(one, parameters[one.name])),
    "quantities",
    drawn,
  );
}

function histogram({ name, unit, draws }: Drawn, estimate: Estimate | undefined): string {
  const sorted = draws.toSorted();
  const n = sorted.length;
  // The outermost draws may be far out; they are counted in the last bars.
  const [first, last] = [sorted[Math.floor(0.002 * n)]!, sorted[Math.min(Math.ceil(0.998 * n), n - 1)]!];
  const room = last > first ? 0.02 * (last - first) : Math.max(1e-9, 0.01 * Math.abs(first));
  const [low, high] = [first - room, last + room];
  const count = Math.max(5, Math.min(40, Math.round(2 * Math.cbrt(n))));
  const width = (high - low) / count;
  const bars = new Float64Array(count);
  for (const value of sorted) bars[Math.min(Math.max(Math.floor((value - low) / width), 0), count - 1)]! += 1 / n;
  const error = estimate?.standardError;
  const normal =
    estimate && error
      ? bars.map(
          (_, i) => normalCdf((low + (i + 1) * width - estimate.value) / error) - normalCdf((low + i * width - estimate.value) / error),
        )
      : undefined;
  const top = 1.08 * Math.max(...bars, ...(normal ?? []));
  const frame: Frame = {
    title: name,
    x: { low, high, label: `${name}${unitText(unit)}` },
    y: { low: 0, high: top, label: "share", ticks: [] },
    ...size,
  };
  return drawing(frame, (scales) => {
    const rects = Array.from(bars, (share, i) => {
      const [x, y] = [scales.x(low + i * width), scales.y(share)];
      return `<rect class="bar" x="${pixel(x + 0.5)}" y="${pixel(y)}" width="${pixel(scales.x(low + (i + 1) * width) - x - 1)}" height="${pixel(scales.y(0) - y)}"/>`;
    });
    const middles = bars.map((_, i) => low + (i + 0.5) * width);
    return rects.join("") + (normal ? polyline(middles, normal, scales, "reference") : "");
  });
}
