/** Many starts, wherever they run: same bits, seeded, cancellable; and what becomes of a fit afterwards. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Calibrated, calibrate, fitFromState, fitToState, type Progress, reportPage } from "../../src/calibration/index.ts";
import { planOf } from "../../src/calibration/question/plan.ts";
import { drawStarts } from "../../src/calibration/starts/multistart.ts";
import { inline, threads } from "../../src/compute/index.ts";
import { toPlain } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { vanDeVusse, vanDeVusseWindow } from "./van-de-vusse.ts";
import { measured, window } from "./windows.ts";

const names = ["k10", "k30", "E1", "E3", "kw"] as const;
const windows = [vanDeVusseWindow(1)];
const question = { model: vanDeVusse, windows, estimate: names, starts: 6, seed: 4 } as const;

const bits = (fit: Calibrated): string => JSON.stringify(toPlain({ ...fitToState(fit) }));

test("one worker, two workers and none give the same bits", async () => {
  await using one = threads({ workers: 1 });
  await using two = threads({ workers: 2 });
  const here = bits(await calibrate({ ...question, compute: inline() }));
  assert.equal(bits(await calibrate({ ...question, compute: two })), here);
  assert.equal(bits(await calibrate({ ...question, compute: one })), here);
  assert.equal(bits(await calibrate({ ...question, compute: two })), here, "what ran before leaves no trace");
});

test("starts are ranked by cost, number 0 is the model's own, and the seed decides the others", async () => {
  const seen: Progress[] = [];
  const fit = await calibrate({ ...question, onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(fit.starts.map(({ start }) => start).toSorted(), [0, 1, 2, 3, 4, 5]);
  assert.ok(fit.starts.every(({ cost }, i) => i === 0 || (cost ?? Infinity) >= (fit.starts[i - 1]?.cost ?? 0)));
  assert.deepEqual(
    seen.map(({ finished }) => finished),
    [1, 2, 3, 4, 5, 6],
  );
  const other = await calibrate({ ...question, seed: 5 });
  assert.notDeepEqual(
    fit.starts.map(({ evaluations }) => evaluations),
    other.starts.map(({ evaluations }) => evaluations),
  );
  assert.notEqual(fit.provenance.seed, other.provenance.seed);
  assert.equal(fit.provenance.data, other.provenance.data);
});

test("starts fill a Latin hypercube over the bounds, decades where there are none", () => {
  const model = defineModel({
    name: "ranges",
    time: "h",
    parameters: {
      closed: { value: 1, unit: "1", bounds: [0, 10] },
      rate: { value: 2, unit: "1/h", scale: "log" },
      positive: { value: 3, unit: "1", bounds: [0, 1e9], scale: "linear" },
      free: { value: -4, unit: "1" },
    },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "-rate*x*closed*positive*free" },
  });
  const estimate = ["closed", "rate", "positive", "free"] as const;
  const data = [window("w", "h", { x: measured([1, 2, 3, 4], [1, 1, 1, 1]) })];
  const plan = planOf({ model, windows: data, estimate, spread: 2 }, model.system({ active: estimate }));
  const starts = drawStarts(plan, 21);
  const column = (j: number) => starts.map((x) => x[j]!).toSorted((a, b) => a - b);
  assert.ok(
    column(0).every((x, i) => x >= i / 2 && x <= (i + 1) / 2),
    "one start in each of 20 cells",
  );
  assert.ok(
    column(1).every((x, i) => Math.abs((x - Math.log(2)) / Math.LN10 + 2 - (i + 0.5) / 5) <= 0.1 + 1e-12),
    "two decades to both sides",
  );
  assert.ok(
    column(3).every((x, i) => Math.abs(x + 1 + 2 - (i + 0.5) / 5) <= 0.1 + 1e-12),
    "two nominal values to both sides",
  );
});

test("a cancelled search gives its best values so far; cancelled before anything was found it throws the reason", async () => {
  const controller = new AbortController();
  const fit = await calibrate({
    ...question,
    starts: 50,
    signal: controller.signal,
    onProgress: ({ finished }) => {
      if (finished === 3) controller.abort();
    },
  });
  assert.ok(fit.starts.length >= 3 && fit.starts.length < 50, `${fit.starts.length} starts`);
  assert.ok(fit.parameters.kw.standardError !== undefined);
  await assert.rejects(calibrate({ ...question, signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a fit survives JSON, and its model predicts the same", async () => {
  const fit = await calibrate({ ...question, starts: 1 });
  const again = fitFromState(JSON.parse(JSON.stringify(fitToState(fit))));
  assert.deepEqual(again.parameters["kw"]?.interval, fit.parameters.kw.interval);
  assert.deepEqual(again.covariance, fit.covariance);
  assert.equal(again.model.definition.parameters["kw"]?.value, fit.parameters.kw.value);
  assert.equal(bits(again), bits(fit));
  assert.throws(() => fitFromState({ format: "something" }), { code: "calibration/stored" });
});

test("the report is one page without scripts or outside resources that holds every estimate and the verdict", async () => {
  const fit = await calibrate({ ...question });
  const folder = await mkdtemp(join(tmpdir(), "greybox-report-"));
  try {
    await fit.report(join(folder, "fit.html"));
    const page = await readFile(join(folder, "fit.html"), "utf8");
    assert.equal(page, reportPage(fit));
    assert.doesNotMatch(page, /<script|https?:|src=|@import|url\(/);
    for (const name of names) assert.ok(page.includes(`<th scope="row">${name}</th>`), name);
    for (const sentence of fit.verdict) assert.ok(page.includes(sentence), sentence);
    assert.doesNotMatch(page, /NaN|undefined|Infinity/);
    assert.equal(page.match(/<svg /g)?.length, 4 * 6 + 2, "six drawings for each of four tags, waterfall, correlation");
    assert.equal(page.match(/<svg /g)?.length, page.match(/<\/svg>/g)?.length);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a report of many windows shows parameters first, folds initial values away, and pairs fit and residuals of six windows", async () => {
  const decay = defineModel({
    name: "decay",
    time: "h",
    parameters: { k: { value: 0.4, unit: "1/h", bounds: [0.01, 10] } },
    states: { c: { unit: "mol/L", initial: 1 } },
    derivatives: { c: "-k*c" },
  });
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      window(`day ${i + 1}`, "h", {
        c: measured(
          [0, 1, 2, 3],
          [5, 3.1, 1.8, 1.2].map((c) => c + i),
        ),
      }),
    );
  const page = async (count: number): Promise<string> =>
    reportPage(await calibrate({ model: decay, windows: many(count), estimate: ["k"], initial: { c: { estimate: true } } }));
  const long = await page(30);
  const [before, folded = ""] = long.split("<summary>30 estimated initial values</summary>");
  assert.match(before ?? "", /<th scope="row">k<\/th>/);
  assert.doesNotMatch(before ?? "", /c\(0\)/);
  assert.match(folded, /^<div class="scroll"><table>.*c\(0\) in day 1</s);
  const [open = "", more = ""] = long.split("<summary>24 more windows</summary>");
  assert.equal(open.match(/<svg /g)?.length, 1 + 2 * 6, "parity, then fit and residuals of six windows");
  assert.equal(more.split("</details>")[0]?.match(/<svg /g)?.length, 2 * 18);
  assert.match(more, /6 more are not drawn/);
  const short = await page(3);
  assert.match(short, /<details open><summary>3 estimated initial values/);
  assert.doesNotMatch(short, /more windows/);
});

test("names in a report cannot smuggle markup in", async () => {
  const { model, ...fit } = await calibrate({ ...question, starts: 1 });
  const page = reportPage({ ...fit, model: { ...model, name: "<img onerror=x>" }, verdict: ["<script>"] });
  assert.ok(!page.includes("<img") && !page.includes("<script>") && page.includes("&lt;img"));
});
