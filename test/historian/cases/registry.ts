/**
 * The cases of bad plant data: what each is, what is done about it, and a run that makes it, looks for it and counts.
 *
 * A family of cases is a list in a file of its own, named after it; `index.test.ts` proves that none is missing.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { contentHash } from "../../../src/core/index.ts";
import type { Series } from "../../../src/historian/index.ts";

/** What one run found, in points or in events (a change, a swap, a renamed tag), whichever the case is counted in. */
export interface Verdict {
  readonly hits: number;
  readonly misses: number;
  readonly falseAlarms: number;
}

export interface PlantCase {
  /** T1 … T20, V1 … V20, Q1 … Q9, M1 … M8, H1 … H9, L1 … L8, F1 … F6, P1 … P6. */
  readonly id: string;
  readonly title: string;
  /** Caught always; else with a precision and recall that are measured over seeds. */
  readonly deterministic: boolean;
  /** Reason bit, finding, proposal or refusal. */
  readonly flag: string;
  /** Status of the points concerned. */
  readonly status: string;
  /** What calibration does with them. */
  readonly calibration: string;
  /** What a prediction from them is. */
  readonly prediction: string;
  /** The file that does it. */
  readonly by: string;
  /** Makes the case from a seed, and asserts flag, status, both kinds of handling and that the raw series is untouched. */
  run(seed: number): Verdict | Promise<Verdict>;
}

/** Least precision and recall of a statistical case. */
export const required = { precision: 0.95, recall: 0.9, seeds: 20 } as const;

/** One test for each case of a family: deterministic ones are caught always, statistical ones as well as is required. */
export function judge(cases: readonly PlantCase[]): void {
  for (const one of cases) {
    test(`${one.id}: ${one.title}`, async (context) => {
      const sum = await tally(one, one.deterministic ? 5 : required.seeds);
      context.diagnostic(`precision ${sum.precision.toFixed(3)}, recall ${sum.recall.toFixed(3)} of ${sum.hits + sum.misses}`);
      assert.ok(sum.hits + sum.misses > 0, "the fixture holds nothing to find");
      assert.ok(sum.precision >= (one.deterministic ? 1 : required.precision), `precision ${sum.precision.toFixed(3)}`);
      assert.ok(sum.recall >= (one.deterministic ? 1 : required.recall), `recall ${sum.recall.toFixed(3)}`);
    });
  }
}

/** Verdicts of the seeds 1 … n together. */
export async function tally(one: PlantCase, seeds: number): Promise<Verdict & { readonly precision: number; readonly recall: number }> {
  let [hits, misses, falseAlarms] = [0, 0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const verdict = await one.run(seed);
    hits += verdict.hits;
    misses += verdict.misses;
    falseAlarms += verdict.falseAlarms;
  }
  const [claimed, there] = [hits + falseAlarms, hits + misses];
  return { hits, misses, falseAlarms, precision: claimed === 0 ? 1 : hits / claimed, recall: there === 0 ? 1 : hits / there };
}

/** Compares labels with what was claimed, point by point. */
export function compared(truth: ArrayLike<number>, claimed: ArrayLike<number>): Verdict {
  let [hits, misses, falseAlarms] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] !== 0 && claimed[i] !== 0) hits++;
    else if (truth[i] !== 0) misses++;
    else if (claimed[i] !== 0) falseAlarms++;
  }
  return { hits, misses, falseAlarms };
}

/** Takes the fingerprint of raw series; the function it gives asserts that they still have it. */
export function watched(...raw: readonly Series[]): () => void {
  const prints = raw.map(printOf);
  return () => assert.deepEqual(raw.map(printOf), prints, "the raw series was written to");
}

function printOf({ time, value, status, reasons }: Series): string {
  return contentHash({ time, value, status, reasons });
}
