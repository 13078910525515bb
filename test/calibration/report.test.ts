/** Reports: what series hold, that pages stand alone and are well formed, and that a stored fit gives the same page. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SaxesParser } from "saxes";
import {
  bootstrap,
  calibrate,
  comparisonPage,
  diagnose,
  fitFromState,
  fitToState,
  identifiabilityOf,
  profile,
  reportPage,
  sample,
} from "../../src/calibration/index.ts";
import { autocorrelation, correlation } from "../../src/calibration/report/residual-columns.ts";
import { random, signal } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

const tank = defineModel({
  name: "tank <A> & B",
  time: "h",
  parameters: {
    k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    gain: { value: 1, unit: "mol/L/h", bounds: [0, 10] },
  },
  inputs: { q: "1", still: "K" },
  states: { c: { unit: "mol/L", initial: 4 } },
  derivatives: { c: "-k*c + gain*q" },
});
const time = Array.from({ length: 24 }, (_, i) => (i + 1) / 4);
const inputs = { q: signal([0, 2, 4, 6], [0, 1, 0.5, 0.5], "hold"), still: 300 };

/** About c′ = −0.4·c + 1.2·q, with errors of 0.03. */
function record(name: string) {
  const noise = random(name);
  let c = 4;
  const values = time.map((t) => {
    const q = t <= 2 ? 0 : t <= 4 ? 1 : 0.5;
    const rest = (1.2 * q) / 0.4;
    c = rest + (c - rest) * Math.exp(-0.4 / 4);
    return c + 0.03 * noise.normal();
  });
  return windowFromTable(tank, { name, time, inputs, measured: { c: values }, sigma: { c: 0.03 } });
}

const question = (name: string) => ({ model: tank, windows: [record(name)], estimate: ["k", "gain"] }) as const;

test("series hold the residuals over the sizes of their errors, and the inputs at their times", async () => {
  const fit = await calibrate(question("a"));
  const [{ time: at, measured, computed, standardised, inputs: kept, every }] = fit.residuals as [(typeof fit.residuals)[number]];
  for (const i of at.keys()) assert.ok(Math.abs(standardised![i]! - (measured[i]! - computed[i]!) / 0.03) < 1e-12, `point ${i}`);
  assert.deepEqual([kept!["q"]![3], kept!["q"]![8], kept!["still"]![0], every], [0, 1, 300, 1]);
  const correlated = await calibrate({ ...question("a"), likelihood: { c: { correlationTime: 0.5 } } });
  const [series] = correlated.residuals;
  // What is new in a residual: that of the point before, less what is left of it after a quarter of an hour, is taken off.
  const share = Math.exp(-0.25 / 0.5);
  const residual = (i: number): number => (series!.measured[i]! - series!.computed[i]!) / 0.03;
  assert.ok(Math.abs(series!.standardised![7]! - (residual(7) - share * residual(6)) / Math.sqrt(1 - share * share)) < 1e-9, "innovation");
});

test("autocorrelation of several windows does not reach from one into the next; constant columns have no correlation", () => {
  const window = (residual: readonly number[]) => ({
    window: "",
    residual: Float64Array.from(residual),
    computed: new Float64Array(),
    inputs: {},
  });
  assert.deepEqual([...autocorrelation([window([1, 2, 3]), window([-1, 1])], 2)], [(2 + 6 - 1) / 16, 3 / 16]);
  assert.equal(correlation(Float64Array.of(300.1, 300.1, 300.1), Float64Array.of(1, 2, 3)), 0);
  assert.ok(Math.abs(correlation(Float64Array.of(1, 2, 3), Float64Array.of(3, 2, 1)) + 1) < 1e-15, "opposite");
});

test("the page of a fit is well formed, holds everything that was asked for, and asks for nothing outside", async () => {
  const [former, fit] = await Promise.all([calibrate(question("a")), calibrate({ ...question("b"), starts: 3, seed: 1 })]);
  const beyond = {
    former,
    profiles: await profile(question("b"), fit),
    sample: await sample(question("b"), fit, { draws: 20, warmup: 20, chains: 2, seed: 1 }),
    bootstrap: await bootstrap(question("b"), fit, { draws: 12, seed: 1 }),
    diagnosis: diagnose(question("b"), fit),
    identifiability: identifiabilityOf(question("b")),
  };
  const headings = [
    "Estimates",
    "What changed since the former fit",
    "Diagnosis",
    "Fit by tag",
    "Starts",
    "Profiles",
    "Posterior",
    "Bootstrap",
  ];
  const page = reportPage(fit, beyond);
  for (const heading of headings) assert.ok(page.includes(`<h2>${heading}</h2>`), heading);
  assert.match(page, /Against q: correlation/);
  assert.doesNotMatch(page, /Against still/, "an input that stands still explains nothing");
  for (const html of [page, reportPage(fit), comparisonPage(former, fit)]) {
    assert.doesNotMatch(html, /<script|<link|<img|src=|@import|url\(|https?:|NaN|undefined|Infinity/);
    assert.match(html, /tank &lt;A&gt; &amp; B/);
    wellFormed(html);
  }
  const folder = await mkdtemp(join(tmpdir(), "greybox-report-"));
  try {
    await fit.report(join(folder, "fit.JSON"), beyond);
    const stored = JSON.parse(await readFile(join(folder, "fit.JSON"), "utf8"));
    // Not `equal`: it would compare two long texts letter by letter.
    assert.ok(reportPage(fitFromState(stored), beyond) === page, "a fit that was stored has the same page");
    assert.equal(stored.beyond.profiles[0].name, "k");
    assert.equal(stored.beyond.sample.quantities.k.draws.values.length, 40);
    assert.equal(stored.beyond.comparison.data.relation, "apart");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a fit that an earlier version stored, without inputs or standardised residuals, still has a page", async () => {
  const fit = await calibrate(question("a"));
  const residuals = fit.residuals.map(({ standardised: _a, inputs: _b, limits: _c, every: _d, ...rest }) => rest);
  const { windows: _, ...provenance } = fit.provenance;
  const { errorSizes: __, ...old } = { ...fit, residuals, provenance };
  const page = reportPage(fitFromState(JSON.parse(JSON.stringify(fitToState(old)))));
  assert.match(page, /Residuals of c/);
  wellFormed(page);
});

test("one point that is met to rounding, a model that could not be evaluated: there is still a page", async () => {
  const single = { ...question("a"), windows: [windowFromTable(tank, { time: [1], inputs, measured: { c: [2.5] }, sigma: { c: 0.1 } })] };
  const fit = await calibrate({ ...single, estimate: ["k"] });
  wellFormed(reportPage(fit));
  wellFormed(reportPage({ ...fit, termination: { kind: "solve-failed", ok: false }, residuals: [], tags: {}, logLikelihood: undefined }));
});

test("the page about reports names every field of a stored fit", async () => {
  const page = await readFile(new URL("../../docs/reports.md", import.meta.url), "utf8");
  const [table = "", beyond = ""] = page.slice(page.indexOf("| field of `fit`")).split("| field of `beyond`");
  const fit = await calibrate(question("a"));
  const { fit: state } = fitToState(fit) as { fit: Record<string, Record<string, unknown>> };
  const { residuals, provenance, parameters } = state;
  const nested = [(residuals as unknown as object[])[0]!, provenance!, parameters!["k"] as object].flatMap(Object.keys);
  for (const field of [...Object.keys(state), ...nested].filter((name) => name !== "window" && name !== "tag"))
    assert.ok(table.includes(`\`${field}\``), `${field} is missing in docs/reports.md`);
  for (const field of ["profiles", "sample", "bootstrap", "diagnosis", "identifiability", "comparison"])
    assert.ok(beyond.includes(`| \`${field}\` |`), field);
});

/** Every element is closed, every attribute quoted; void elements of HTML are closed for the parser. */
function wellFormed(html: string): void {
  const parser = new SaxesParser();
  parser.on("error", (error) => assert.fail(error.message));
  parser.write(html.replace(/^<!doctype html>/, "").replace(/<meta([^>]*)>/g, "<meta$1/>")).close();
}
