/** Looks at the residuals of a fit for what the fit has not explained, and for the data that it hangs on. */
import { type AnySource, normalCdf, type ParameterOf } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";
import type { Question } from "../question/question.ts";
import { fromSearch, toSearch } from "../question/unknown.ts";
import { type Deletion, type Root, rootOf, withoutRows } from "./deletion.ts";
import type { DiagnosedSeries, DiagnosedTag, Diagnosis, Influence, TestResult } from "./diagnosis.ts";
import { normality, spreadTest } from "./distribution.ts";
import { feedbackOf } from "./feedback.ts";
import { diagnosisDefaults, findingsOf } from "./findings.ts";
import { type InputSeries, inputCorrelation, typicalStep } from "./inputs.ts";
import { lackOfFit } from "./lack-of-fit.ts";
import { type PointRows, pointRows, type SeriesRows } from "./point-rows.ts";
import { autocorrelationOf, ljungBox, runsTest } from "./whiteness.ts";

export interface DiagnoseOptions {
  /** Share of fits in which all is well and a kind of test nevertheless finds something. Default 0.01. */
  readonly falseAlarms?: number | undefined;
}

/**
 * Diagnoses a fit by its residuals, tag by tag and window by window: lack of fit, memory, distribution, dependence on inputs, offsets of
 * windows, and how far the estimates hang on single points, windows and tags. Nothing is fitted again: one run with derivatives says it all.
 *
 * @param question  the question that the fit answered
 * @throws GreyboxError as {@link calibrate}; `calibration/profile` where the question is not that of the fit
 *
 * @example
 * const leak = defineModel({
 *   name: "leak", time: "h",
 *   parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" } },
 *   states: { p: { unit: "bar", initial: 4 } },
 *   derivatives: { p: "-k*p" },
 * });
 * const time = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5];
 * const p = [3.28, 2.70, 2.17, 1.81, 1.45, 1.22, 0.97, 0.83, 1.65, 0.53];
 * const record = windowFromTable(leak, { time, measured: { p }, sigma: { p: 0.03 } });
 * const question = { model: leak, windows: [record], estimate: ["k"] } as const;
 * const { findings } = diagnose(question, await calibrate(question));
 * findings[0].kind; // => "lack-of-fit"
 */
export function diagnose<const M extends AnySource, const E extends ParameterOf<M> = never>(
  question: Question<M, E>,
  fit: Calibrated,
  options: DiagnoseOptions = {},
): Diagnosis {
  const found = pointRows(question, fit);
  const root = rootOf(found.covariance, found.unknowns.length);
  const looked = found.series.map((one) => lookAt(one, found, root));
  const names = [...new Set(found.series.map(({ tag }) => tag.tag))];
  const given = Object.fromEntries(names.map((name) => [name, sigmaGiven(name, found)]));
  const tags = Object.fromEntries(names.map((name) => [name, tagOf(name, looked, found, given[name]!)]));
  const influence = influences(found, root);
  const series = looked.map(({ shown }) => shown);
  const findings = findingsOf({ tags, series, influence, sigmaGiven: given }, options.falseAlarms ?? diagnosisDefaults.falseAlarms);
  return { tags, series, influence: influence.map(({ p: _, ...one }) => one), findings, verdict: findings.map(({ meaning }) => meaning) };
}

interface Looked {
  readonly rows: SeriesRows;
  readonly shown: DiagnosedSeries;
}

function lookAt(one: SeriesRows, found: PointRows, root: Root): Looked {
  const { q } = root;
  const values = Array.from(one.residual.keys()).filter((i) => one.side[i] === 0);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(values, (i) => column[i]!);
  const deletions = values.map((i) => withoutRows(one.rows.subarray(one.first[i]! * (q + 1), one.first[i + 1]! * (q + 1)), root));
  const residual = pick(one.residual);
  const autocorrelation = autocorrelationOf(residual);
  return {
    rows: one,
    shown: {
      window: one.window,
      tag: one.tag.tag,
      time: pick(one.time),
      computed: pick(one.computed),
      residual,
      leverage: Float64Array.from(deletions, ({ leverage }) => leverage),
      cook: Float64Array.from(deletions, ({ cook }) => cook),
      inputs: found.inputs(one.place, pick(one.time)),
      mean: meanTest(one, found),
      autocorrelation,
      ljungBox: ljungBox([{ points: residual.length, correlation: autocorrelation }]),
      runs: runsTest(residual),
    },
  };
}

/** The mean of the residuals, with the variance that the fit leaves to it. */
function meanTest({ residual, side, first, rows }: SeriesRows, { covariance, unknowns }: PointRows): TestResult | undefined {
  const q = unknowns.length;
  const pulled = new Float64Array(q);
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < residual.length; i++) {
    if (side[i] !== 0) continue;
    n++;
    sum += residual[i]!;
    squares += residual[i]! ** 2;
    for (let j = 0; j < q; j++) pulled[j]! += rows[first[i]! * (q + 1) + j]!;
  }
  let taken = 0;
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) taken += pulled[i]! * covariance[i * q + j]! * pulled[j]!;
  const left = n - taken;
  if (n < 2 || !(left > 1e-6 * n)) return undefined;
  // Residuals that are larger than σ throughout are no offset.
  const scatter = Math.max(1, (squares - (sum * sum) / n) / (n - 1));
  const statistic = sum / Math.sqrt(left * scatter);
  return { statistic, p: Math.min(1, 2 * normalCdf(-Math.abs(statistic))) };
}

function sigmaGiven(tag: string, { series, plan }: PointRows): boolean {
  return series.every(({ tag: one }) => {
    if (one.tag !== tag) return true;
    if (one.noise === undefined) return one.sigma !== undefined;
    const { sigma, proportional } = plan.noises[one.noise]!;
    return typeof sigma !== "object" && typeof proportional !== "object" && (sigma !== undefined || one.sigma !== undefined);
  });
}

function tagOf(name: string, looked: readonly Looked[], found: PointRows, given: boolean): DiagnosedTag {
  const mine = looked.filter(({ shown }) => shown.tag === name);
  const joined = (column: (one: DiagnosedSeries) => Float64Array): Float64Array => {
    const parts = mine.map(({ shown }) => column(shown));
    const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  const residual = joined((one) => one.residual);
  const leverage = joined((one) => one.leverage).reduce((sum, value) => sum + value, 0);
  const noise = mine[0]!.rows.tag.noise;
  const kind = noise === undefined ? "gaussian" : found.plan.noises[noise]!.kind;
  const { plan, covariance, unknowns } = found;
  const series = mine.map(
    ({ rows, shown }): InputSeries => ({
      series: rows,
      autocorrelation: shown.autocorrelation,
      at: (input, lag) =>
        (lag === 0
          ? found.inputs(rows.place, rows.time)
          : found.inputs(
              rows.place,
              rows.time.map((t) => t - lag),
            ))[input]!,
    }),
  );
  return {
    points: residual.length,
    lackOfFit:
      kind === "gaussian"
        ? lackOfFit(
            mine.map(({ rows }) => rows),
            leverage,
            given,
            unknowns.length,
          )
        : undefined,
    normality: kind === "gaussian" ? normality(residual) : undefined,
    spread:
      kind === "gaussian"
        ? spreadTest(
            residual,
            joined((one) => one.computed),
          )
        : undefined,
    ljungBox: plan.steady
      ? undefined
      : ljungBox(mine.map(({ shown }) => ({ points: shown.residual.length, correlation: shown.autocorrelation }))),
    inputs: Object.keys(mine[0]!.shown.inputs).flatMap((input) => {
      const one = inputCorrelation(input, series, covariance, unknowns.length, plan.steady);
      return one ? [one] : [];
    }),
    feedback: plan.steady
      ? []
      : Object.keys(mine[0]!.shown.inputs).flatMap((input) => {
          const one = feedbackOf(input, series, typicalStep(series.map(({ series: { time } }) => time)));
          return one ? [one] : [];
        }),
  };
}

function influences(found: PointRows, root: Root): (Influence & { readonly p: number })[] {
  const windows = [...new Set(found.series.map(({ window }) => window))];
  const tags = [...new Set(found.series.map(({ tag }) => tag.tag))];
  const groups: { window: string | undefined; tag: string | undefined }[] = [
    ...(windows.length > 1 ? windows.map((window) => ({ window, tag: undefined })) : []),
    ...(tags.length > 1 ? tags.map((tag) => ({ window: undefined, tag })) : []),
    ...(windows.length > 1 && tags.length > 1
      ? found.series.map(({ window, tag }) => ({ window: window as string | undefined, tag: tag.tag as string | undefined }))
      : []),
  ];
  return groups
    .map(({ window, tag }) => {
      const mine = found.series.filter(
        (one) => (window === undefined || one.window === window) && (tag === undefined || one.tag.tag === tag),
      );
      const rows = new Float64Array(mine.reduce((sum, one) => sum + one.rows.length, 0));
      let at = 0;
      for (const one of mine) {
        rows.set(one.rows, at);
        at += one.rows.length;
      }
      const points = mine.reduce((sum, { residual }) => sum + residual.length, 0);
      return { window, tag, points, ...influenceOf(withoutRows(rows, root), found) };
    })
    .sort((a, b) => b.cook - a.cook);
}

/** Part of the error of an unknown that has only one source, from which on it is said to hang on that. */
const share = 0.3;

function influenceOf(
  { change, cook, p, only }: Deletion,
  { unknowns, values, covariance, computes }: PointRows,
): Pick<Influence, "shift" | "without" | "cook" | "fixes"> & { readonly p: number } {
  const q = unknowns.length;
  const sd = unknowns.map((_, j) => Math.sqrt(covariance[j * q + j]!));
  const named = (value: (j: number) => number): Record<string, number> =>
    Object.fromEntries(unknowns.map(({ name }, j) => [name, value(j)]));
  return {
    shift: named((j) => (sd[j]! > 0 ? change[j]! / sd[j]! : 0)),
    without: named((j) => fromSearch(unknowns[j]!, toSearch(unknowns[j]!, values[j]!) + change[j]!)),
    cook,
    p,
    // That a window fixes its own values, and a tag the size of its errors and its instrument, goes without saying.
    fixes: unknowns.flatMap(({ name, acts, windows }, j) => {
      const common =
        windows === undefined && computes[j] === 1 && acts.some(({ sets }) => sets === "parameter") && !name.includes(".instrument.");
      return common && only.some((direction) => Math.abs(direction[j]!) > share * sd[j]!) ? [name] : [];
    }),
  };
}
