/** What a person should look at in a diagnosis, most certain first, with what can be done about it. */
import { listed } from "../../core/index.ts";
import type { DiagnosedSeries, DiagnosedTag, Diagnosis, Finding, Influence } from "./diagnosis.ts";

export const diagnosisDefaults = {
  /** Share of fits in which all is well and a kind of test nevertheless finds something. */
  falseAlarms: 0.01,
  /** Cook's distance of a single point that is worth a sentence. */
  cook: 0.5,
  /** Shift of an unknown without a window or a tag, in standard errors, that is worth a sentence where it is also unlikely. */
  shift: 1,
  /** Points named at most. */
  named: 5,
} as const;

export interface Measuredly {
  readonly tags: Diagnosis["tags"];
  readonly series: readonly DiagnosedSeries[];
  readonly influence: readonly (Influence & { readonly p: number })[];
  readonly sigmaGiven: Readonly<Record<string, boolean>>;
}

export function findingsOf(found: Measuredly, falseAlarms: number): Finding[] {
  const tags = Object.entries(found.tags);
  const all = [
    ...tags.flatMap(([tag, one]) => [
      ...fit(tag, one, falseAlarms / tags.length),
      ...white(tag, one, found.series, falseAlarms / tags.length),
      ...shape(tag, one, falseAlarms / tags.length),
      ...driven(tag, one, falseAlarms),
      ...answered(tag, one, falseAlarms / tags.length),
    ]),
    ...offsets(found.series, falseAlarms),
    ...disagreeing(found.influence, falseAlarms),
    ...points(found.series, found.tags),
  ];
  return all.sort((a, b) => (a.p ?? 1) - (b.p ?? 1));
}

function fit(tag: string, { lackOfFit }: DiagnosedTag, limit: number): Finding[] {
  if (!lackOfFit) return [];
  const { kind, statistic, freedom, p } = lackOfFit;
  if (p < limit) {
    const meaning =
      kind === "chi-square"
        ? `Residuals of ${tag} are ${times(Math.sqrt(statistic / freedom))} what the given σ allows: the model lacks something, or σ is too small. See what they depend on, or let σ be estimated.`
        : `The model does not meet ${tag}: its residuals are ${times(Math.sqrt(statistic))} what repeated measurements scatter. Change the model; σ is not the cause.`;
    return [{ kind: "lack-of-fit", tag, window: undefined, p, meaning }];
  }
  if (kind !== "chi-square" || 1 - p >= limit) return [];
  const ratio = Math.sqrt(statistic / freedom);
  return [
    {
      kind: "smaller-than-given",
      tag,
      window: undefined,
      p: 1 - p,
      meaning: `Residuals of ${tag} are only ${times(ratio)} the given σ: it is too large, or the values were smoothed or interpolated; intervals are too wide. Give σ of the archived values, or let it be estimated.`,
    },
  ];
}

function white(tag: string, one: DiagnosedTag, series: readonly DiagnosedSeries[], limit: number): Finding[] {
  const mine = series.filter((each) => each.tag === tag && each.ljungBox);
  const runs = Math.min(1, ...mine.map(({ runs: test }) => (test ? test.p * mine.length : 1)));
  // Two tests of the same thing share what false alarms are allowed.
  const p = Math.min(1, 2 * Math.min(one.ljungBox?.p ?? 1, runs));
  if (!(p < limit)) return [];
  const worst = mine.reduce((a, b) => ((b.ljungBox?.p ?? 1) < (a.ljungBox?.p ?? 1) ? b : a));
  const neighbours = worst.autocorrelation.values[0] ?? 0;
  const remedy =
    neighbours > 0
      ? "standard errors are too small. The model lacks something slow; or say so: `correlationTime: { estimate: true }` in the likelihood of the tag"
      : "a high value follows a low one, as after filtering or differencing; or two instruments take turns";
  return [
    {
      kind: "not-white",
      tag,
      window: worst.window,
      p,
      meaning: `Residuals of ${tag} have a memory, most in window "${worst.window}" (correlation of neighbours ${neighbours.toFixed(2)}): ${remedy}.`,
    },
  ];
}

function shape(tag: string, { normality, spread }: DiagnosedTag, limit: number): Finding[] {
  const out: Finding[] = [];
  if (spread && spread.p < limit) {
    out.push({
      kind: "spread",
      tag,
      window: undefined,
      p: spread.p,
      meaning: spread.grows
        ? `Residuals of ${tag} grow with its value: believe so, with \`proportional: { estimate: true }\` or \`scale: "log"\` in its likelihood.`
        : `Residuals of ${tag} are larger where its value is small: the model misses it there, or some of these values are limits of detection.`,
    });
  }
  if (normality && normality.p < limit) {
    const { skewness, kurtosis, p } = normality;
    const heavy = kurtosis > 0.5;
    out.push({
      kind: "not-normal",
      tag,
      window: undefined,
      p,
      meaning: `Residuals of ${tag} are not normal (skewness ${skewness.toFixed(1)}, excess kurtosis ${kurtosis.toFixed(1)}): ${
        heavy
          ? 'some values are grossly wrong; find them, or use `kind: "student"` in its likelihood'
          : Math.abs(skewness) > 0.5
            ? 'errors are lopsided; `scale: "log"` may be right, or the model misses some of the windows'
            : "they are flatter than errors are: windows may differ, or values are rounded or compressed"
      }.`,
    });
  }
  return out;
}

function driven(tag: string, { inputs }: DiagnosedTag, falseAlarms: number): Finding[] {
  return inputs.flatMap(({ input, lags, values, bands, p }): Finding[] => {
    if (!(p < falseAlarms / inputs.length)) return [];
    const place = Array.from(values.keys()).reduce((a, b) => (Math.abs(values[b]! / bands[b]!) > Math.abs(values[a]! / bands[a]!) ? b : a));
    const later = lags[place]! > 0 ? `, most after ${short(lags[place]!)}` : "";
    return [
      {
        kind: "input",
        tag,
        window: undefined,
        p,
        meaning: `Residuals of ${tag} follow the input ${input} (correlation ${values[place]!.toFixed(2)}${later}): the model takes ${input} in wrongly. Look at its gain, dead time and dynamics.`,
      },
    ];
  });
}

/** A controller that answers to white errors does no harm. */
function answered(tag: string, { feedback, ljungBox }: DiagnosedTag, limit: number): Finding[] {
  if (!ljungBox || ljungBox.p >= limit) return [];
  return feedback
    .filter(({ p }) => p < limit / feedback.length)
    .map(({ input, lag, correlation, p }) => ({
      kind: "feedback",
      tag,
      window: undefined,
      p,
      meaning: `Residuals of ${tag} have a memory, and the input ${input} answers to them${lag > 0 ? ` ${short(lag)} later` : ""} (correlation ${correlation.toFixed(2)}), as under a controller: estimates are biased. Say what the disturbance is: \`innovations\`, or \`correlationTime: { estimate: true }\`; see docs/closed-loop.md.`,
    }));
}

function offsets(series: readonly DiagnosedSeries[], falseAlarms: number): Finding[] {
  const tested = series.filter(({ mean }) => mean);
  return tested.flatMap(({ window, tag, mean, residual }): Finding[] => {
    if (!mean || !(mean.p < falseAlarms / tested.length)) return [];
    const average = residual.reduce((sum, e) => sum + e, 0) / residual.length;
    return [
      {
        kind: "offset",
        tag,
        window,
        p: mean.p,
        meaning: `In window "${window}" ${tag} is measured ${short(Math.abs(average))} σ ${average > 0 ? "above" : "below"} what is computed, on average: something differs there. Check the instrument, its initial value, or estimate what may change from window to window with \`perWindow\`.`,
      },
    ];
  });
}

function disagreeing(influence: Measuredly["influence"], falseAlarms: number): Finding[] {
  const tested = influence.filter(({ p }) => p < 1);
  const out: Finding[] = [];
  const named = new Set<string>();
  // Whole windows and tags before tags in windows: each unknown is named once.
  const wholeFirst = [...influence].sort(
    (a, b) => Number(a.window !== undefined && a.tag !== undefined) - Number(b.window !== undefined && b.tag !== undefined),
  );
  for (const { window, tag, shift, without, p, fixes: all } of wholeFirst) {
    const fixes = all.filter((name) => !named.has(name));
    const what = [tag === undefined ? [] : [tag], window === undefined ? [] : [`window "${window}"`]].flat().join(" in ");
    const several =
      influence.filter((one) => (one.window === undefined) === (window === undefined) && (one.tag === undefined) === (tag === undefined))
        .length > 1;
    if (fixes.length > 0 && several) {
      for (const name of fixes) named.add(name);
      out.push({
        kind: "only-source",
        tag,
        window,
        p: undefined,
        meaning: `Nothing but ${what} fixes ${listed(fixes)}: an error there goes into the estimate in full. Measure it a second time.`,
      });
    }
    const [name, largest] = Object.entries(shift).reduce((a, b) => (Math.abs(b[1]) > Math.abs(a[1]) ? b : a), ["", 0]);
    if (!(p < falseAlarms / tested.length) || Math.abs(largest) < diagnosisDefaults.shift) continue;
    out.push({
      kind: "window",
      tag,
      window,
      p,
      meaning: `${what.replace(/^w/, "W")} disagrees with the rest of the data: without it ${name} would be ${short(without[name]!)}, ${short(Math.abs(largest))} standard errors ${largest > 0 ? "higher" : "lower"}. Find out what differs there before trusting either.`,
    });
  }
  return out;
}

function points(series: readonly DiagnosedSeries[], tags: Diagnosis["tags"]): Finding[] {
  // Where residuals are larger than the given σ throughout, no single point is to blame.
  const excess = (tag: string): number => {
    const fit = tags[tag]?.lackOfFit;
    return fit?.kind === "chi-square" ? Math.max(1, fit.statistic / fit.freedom) : 1;
  };
  const strong = series.flatMap(({ window, tag, time, cook, residual, leverage }) =>
    Array.from(cook.keys())
      .filter((i) => cook[i]! > diagnosisDefaults.cook * excess(tag))
      .map((i) => ({ window, tag, time: time[i]!, cook: cook[i]!, residual: residual[i]!, leverage: leverage[i]! })),
  );
  return strong
    .sort((a, b) => b.cook - a.cook)
    .slice(0, diagnosisDefaults.named)
    .map(({ window, tag, time, cook, residual, leverage }) => ({
      kind: "point" as const,
      tag,
      window,
      p: undefined,
      meaning: `The value of ${tag} at ${short(time)} in window "${window}" moves the fit by itself (Cook's distance ${short(cook)}, leverage ${leverage.toFixed(2)}, residual ${residual.toFixed(1)} σ): make sure of it, or measure near it again.`,
    }));
}

function times(ratio: number): string {
  return `${Number(ratio.toPrecision(2))} times`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
