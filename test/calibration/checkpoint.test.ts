/** Calibrations that are interrupted and asked again: nothing is lost, nothing changes. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bootstrap, calibrate, profile, type Question, sample } from "../../src/calibration/index.ts";
import { objectiveOf } from "../../src/calibration/objective/objective.ts";
import { runSide, type SideInput } from "../../src/calibration/profile/side.ts";
import { asked } from "../../src/calibration/question/asked.ts";
import { toSearch } from "../../src/calibration/question/unknown.ts";
import { merit } from "../../src/calibration/search/problem.ts";
import { type Compute, inline, threads } from "../../src/compute/index.ts";
import { contentHash } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const predation = defineModel({
  name: "predation",
  time: "h",
  parameters: {
    a: { value: 1, unit: "1/h", bounds: [0.1, 5] },
    b: { value: 0.5, unit: "1/h", bounds: [0.01, 2] },
    c: { value: 0.5, unit: "1/h", bounds: [0.01, 2] },
    d: { value: 1, unit: "1/h", bounds: [0.1, 5] },
  },
  states: { x: { unit: "1", initial: 1, nominal: 1 }, y: { unit: "1", initial: 1, nominal: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "c*x*y - d*y" },
});
const time = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8];
const data = window("lynx", "h", {
  x: measured(time, [1.2, 1.5, 1.95, 2.3, 2.5, 1.5, 0.9, 0.85, 1.15, 1.75]),
  y: measured(time, [0.85, 0.8, 0.82, 0.95, 1.75, 2.35, 1.6, 1, 0.75, 0.8]),
});
const question: Question = { model: predation, windows: [data], estimate: ["a", "b", "c", "d"], starts: 7, seed: 3 };

/** All that a person or a program could see of a fit, but for when it was made. */
const bitsOf = ({ model, report: _, ...rest }: Awaited<ReturnType<typeof calibrate>>): string =>
  contentHash(JSON.parse(JSON.stringify({ ...rest, model: model.definition })));

/** Counts the calls that get through to where work is done, and stops at a number of them. */
function counting(stopAt = Infinity, abort: () => void = () => undefined): Compute & { count: number } {
  const inner = inline();
  const self: Compute & { count: number } = {
    ...inner,
    count: 0,
    map: (task, inputs, options = {}) =>
      inner.map(task, inputs, {
        ...options,
        onResult(i, result) {
          self.count++;
          options.onResult?.(i, result);
          if (self.count >= stopAt) abort();
        },
      }),
  };
  return self;
}

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-checkpoint-"));
});
after(() => rm(folder, { recursive: true }));

test("a calibration cancelled again and again ends with the bits of one that was left alone", async () => {
  const alone = await calibrate(question);
  const checkpoint = join(folder, "again.json");
  let ended = 0;
  for (let run = 0; run < 30; run++) {
    const controller = new AbortController();
    const compute = counting(2, () => controller.abort(new Error("enough")));
    const fit = await calibrate({ ...question, compute, checkpoint, signal: controller.signal }).catch(() => undefined);
    ended = compute.count;
    if (fit && !controller.signal.aborted) {
      assert.equal(bitsOf(fit), bitsOf(alone));
      break;
    }
  }
  assert.ok(ended < 2, "it never came to its end");
  const compute = counting();
  assert.equal(bitsOf(await calibrate({ ...question, compute, checkpoint })), bitsOf(alone));
  assert.equal(compute.count, 0, "work that was done was done again");
});

for (const method of ["trust-region", "lbfgs", "cma-es", "scatter"] as const) {
  test(`a single search by ${method} that is interrupted between two steps goes on from there, with the same bits`, async () => {
    const one: Question = { ...question, starts: 1, search: { method, firstStep: 1e-3, budget: method === "scatter" ? 300 : 60 } };
    const alone = await calibrate(one);
    const checkpoint = join(folder, `${method}.json`);
    let run = 0;
    for (; ; run++) {
      assert.ok(run < 200, "it never came to its end");
      // Aborted after a few steps: `aborted` is looked at once a step, and some times around the search.
      let looks = 0;
      const signal = new Proxy(new AbortController().signal, {
        get(target, key) {
          if (key === "aborted") return ++looks > 6;
          const value: unknown = Reflect.get(target, key);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      const fit = await calibrate({ ...one, checkpoint, signal });
      if (fit.termination.kind === "cancelled") continue;
      assert.equal(bitsOf(fit), bitsOf(alone));
      break;
    }
    assert.ok(run >= 2, `interrupted ${run} times`);
  });
}

test("what was kept on one thread is gone on with on two", async () => {
  const checkpoint = join(folder, "threads.json");
  const controller = new AbortController();
  await calibrate({ ...question, compute: counting(4, () => controller.abort()), checkpoint, signal: controller.signal });
  const kept = Object.keys(JSON.parse(await readFile(checkpoint, "utf8")).finished).length;
  assert.equal(kept, 4);
  await using pool = threads({ workers: 2 });
  const fit = await calibrate({ ...question, compute: pool, checkpoint });
  assert.equal(bitsOf(fit), bitsOf(await calibrate(question)));
});

test("a checkpoint of something else is refused, with what differs", async () => {
  const checkpoint = join(folder, "other.json");
  const quick: Question = { ...question, starts: 1 };
  await calibrate({ ...quick, checkpoint });
  const refused = (change: Partial<Question>, why: RegExp) =>
    assert.rejects(calibrate({ ...quick, ...change, checkpoint }), (error: Error & { code?: string }) => {
      assert.equal(error.code, "calibration/checkpoint");
      assert.match(error.message, why);
      return true;
    });
  await refused({ windows: [{ ...data, name: "hare" }] }, /kept of other data/);
  await refused({ estimate: ["a", "b", "c"] }, /kept of another question/);
  await refused({ seed: 9 }, /kept of another seed/);
  await refused({ model: predation.with({ parameters: { a: 1.1 } }) }, /kept of another model\. Name another file, or remove it/);
  await writeFile(checkpoint, '{"format":"something"}');
  await refused({}, /not a checkpoint/);
  await writeFile(checkpoint, "");
  assert.ok((await calibrate({ ...quick, checkpoint })).termination.ok, "an empty file is none");
});

test("a checkpoint that cannot be written is refused before the search", async () => {
  const compute = counting();
  const checkpoint = join(folder, "no", "such", "folder.json");
  await assert.rejects(calibrate({ ...question, compute, checkpoint }), { code: "calibration/checkpoint" });
  assert.equal(compute.count, 0);
});

test("profiles, draws and a bootstrap of the same question are kept in the same file", async () => {
  const checkpoint = join(folder, "beyond.json");
  const kept: Question = { ...question, starts: 1, checkpoint };
  const answer = async (compute: Compute) => {
    const own = { ...kept, compute };
    const fit = await calibrate(own);
    const [profiles, drawn, again] = [
      await profile(own, fit, { of: ["a"] }),
      await sample(own, fit, { chains: 1, draws: 5, warmup: 5 }),
      await bootstrap(own, fit, { draws: 10 }),
    ];
    return contentHash(JSON.parse(JSON.stringify([bitsOf(fit), profiles, drawn.quantities, again])));
  };
  const [first, second] = [counting(), counting()];
  const expected = await answer(first);
  assert.equal(await answer(second), expected);
  assert.deepEqual([first.count > 10, second.count], [true, 0]);
});

test("one side of a profile goes on from every point that it reports, to the same end", async (context) => {
  const fit = await calibrate({ ...question, starts: 1 });
  const { plan } = asked(question);
  const objective = objectiveOf(plan, predation.system({ active: plan.active }));
  const best = Float64Array.from(plan.unknowns, (unknown) => toSearch(unknown, fit.parameters[unknown.name as "a"]!.value));
  assert.ok(objective.evaluate(best, true), "the best point can be evaluated");
  const input: SideInput = { unknown: 0, direction: 1, best, merit: merit(plan.groups, objective.sums), limit: 2, step: 0.01 };
  // Every look at the clock is a second later than the one before, so that every step is worth a report.
  let now = 0;
  context.mock.method(performance, "now", () => (now += 1000));
  const told: SideInput[] = [];
  const run = (from: SideInput, report: (progress: unknown) => void) =>
    runSide(from, { shared: plan, signal: new AbortController().signal, report });
  const whole = await run(input, (progress) => told.push((progress as { goOn: SideInput }).goOn));
  assert.ok(told.length > 3, `${told.length} reports`);
  for (const goOn of [told[1]!, told.at(-1)!]) assert.deepEqual(await run(structuredClone(goOn), () => undefined), whole);
});
