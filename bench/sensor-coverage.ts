/**
 * `node --conditions=greybox-source --import tsx bench/sensor-coverage.ts [--seeds 24] [--days 14] [--held 7] [--folds 5]`: is a 90 % interval one?
 *
 * One plant shows little: 20 laboratory values that all lie inside are no evidence against 95 %. So the chain of the virtual plant runs for
 * many seeds (other disturbances, other noise, other laboratory), and what is counted is the share of held-out laboratory values inside the
 * interval that was stated for their time, with the exact binomial interval of that share. The laboratory's own error belongs to what is
 * predicted, so the truth is inside more often.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { biasUpdate, calibrate, ekf, fuse, openHistorian, type Prediction, prepare, residual, softSensor, validate } from "greybox";
import { gaussianProcess } from "greybox/fusion";
import { predictAll } from "greybox/sensors";
import { file, tags } from "../examples/virtual-plant/binding.ts";
import { writeExport } from "../examples/virtual-plant/export.ts";
import { instruments } from "../examples/virtual-plant/instruments.ts";
import { laboratory } from "../examples/virtual-plant/laboratory.ts";
import { designFlow, reactor } from "../examples/virtual-plant/model.ts";
import { runPlant } from "../examples/virtual-plant/plant.ts";

const day = 86_400;
const start = Date.UTC(2026, 2, 2) / 1000;
const level = 0.9;

/** An answer, or a prediction of the hybrid, beside what it should have been. */
interface Pair {
  readonly error: number;
  /** Half width of the interval [mol/L]; NaN where there was none. */
  readonly half: number;
  readonly inside: boolean;
}

interface SeedResult {
  readonly labels: number;
  readonly hybrid: { readonly covered: number; readonly rmse: number; readonly halfWidth: number };
  readonly lab: readonly Pair[];
  readonly truth: readonly Pair[];
  readonly good: number;
  readonly edge: number;
}

interface Setting {
  /** Length of the training and of what is held out [d]. */
  readonly days: number;
  readonly held: number;
  /** Of the validation that the interval is made from. */
  readonly folds: number;
}

/** The chain of `examples/virtual-plant` for one seed, with one start of the calibration. */
async function runSeed(seed: number, { days, held, folds }: Setting): Promise<SeedResult> {
  const folder = mkdtempSync(join(tmpdir(), "greybox-coverage-"));
  try {
    const reality = runPlant({ days: days + held, scanSeconds: 60, seed });
    const path = join(folder, "plant.csv");
    writeExport(path, instruments(reality, start, seed), laboratory(reality, start, seed));
    const plant = await openHistorian(path, file);
    const heldOutFrom = start + days * day;
    const maxGap = "30 min";
    const { windows: training } = await prepare(plant, tags, { to: heldOutFrom, maxGap });
    const { windows: pieces } = await prepare(plant, tags, { to: heldOutFrom, maxGap, windows: { length: "4 h" }, minLength: "2 h" });
    const { windows: heldOut } = await prepare(plant, tags, { from: heldOutFrom, maxGap });
    const mixed = pieces.filter(({ inputs }) => Math.max(...(inputs.q?.values ?? [])) <= 1.01 * designFlow);
    const fit = await calibrate({
      model: reactor,
      windows: mixed,
      estimate: ["kRef", "EoverR", "dH", "UA"],
      initial: { T: "measured", cA: { estimate: true } },
      seed,
    });
    const question = residual({ on: "cA", from: ["q", "cF", "TF", "Tj"], learner: gaussianProcess() });
    const hybrid = await fuse(fit, question, { windows: training, validation: { folds }, seed, level });
    const scores = validate(hybrid, heldOut);
    const sensor = softSensor(hybrid, { estimate: "cA", binding: tags, filter: ekf(), lab: biasUpdate(), interval: level, maxAge: 1800 });
    const week = await predictAll(sensor, heldOut);

    const lab = heldOut.flatMap(({ epoch, measured: { cA } }, w) =>
      Array.from(cA?.time ?? []).flatMap((minutes, i): Pair[] => {
        const answer = week[w]!.predictions.find(({ time }) => Math.abs(time - epoch - 60 * minutes) < 0.5);
        return cA!.weight[i]! > 0 && answer ? pairOf(answer, cA!.value[i]!) : [];
      }),
    );
    const answers = week.flatMap(({ predictions }) => predictions);
    const share = (is: (answer: Prediction) => boolean) => answers.filter(is).length / answers.length;
    return {
      labels: hybrid.validation.overall.hybrid.points,
      hybrid: { covered: Math.round(scores.coverage * scores.hybrid.points), rmse: scores.hybrid.rmse, halfWidth: hybrid.guard.halfWidth },
      lab,
      truth: answers.flatMap((answer) => pairOf(answer, reality.cOut[Math.round((answer.time - start) / 60)]!)),
      good: share(({ status }) => status.severity === "good"),
      edge: share(({ reasons }) => reasons.some(({ code }) => code === "edge-of-domain" || code === "outside-domain")),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pairOf({ value, interval, domain }: Prediction, expected: number): Pair[] {
  const half = interval ? (interval[1] - interval[0]) / 2 : Number.NaN;
  return value === null ? [] : [{ error: expected - value, half, inside: domain?.verdict === "inside" }];
}

const covered = (pairs: readonly Pair[]): number => pairs.filter(({ error, half }) => Math.abs(error) <= half).length;
const rmseOf = (pairs: readonly Pair[]): number => Math.sqrt(pairs.reduce((sum, { error }) => sum + error ** 2, 0) / pairs.length);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/**
 * Exact two-sided 95 % interval of a share, by bisection of the binomial tails.
 *
 * @see C. J. Clopper & E. S. Pearson, Biometrika 26 (1934) 404–413.
 */
function binomialInterval(hits: number, of: number): readonly [number, number] {
  const tail = (share: number, from: number, to: number): number => {
    let [sum, logChoose] = [0, 0];
    for (let k = 0; k <= to; k++) {
      if (k > 0) logChoose += Math.log((of - k + 1) / k);
      if (k >= from) sum += Math.exp(logChoose + k * Math.log(share) + (of - k) * Math.log1p(-share));
    }
    return sum;
  };
  const bisect = (above: (share: number) => boolean): number => {
    let [low, high] = [1e-9, 1 - 1e-9];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (above(middle)) high = middle;
      else low = middle;
    }
    return low;
  };
  return [
    hits === 0 ? 0 : bisect((share) => tail(share, hits, of) > 0.025),
    hits === of ? 1 : bisect((share) => tail(share, 0, hits) < 0.025),
  ];
}

function coverageLine(name: string, hits: number, of: number): string {
  const [low, high] = binomialInterval(hits, of);
  return `${name.padEnd(34)}${`${hits} of ${of}`.padStart(14)}${percent(hits / of).padStart(9)}   95 % between ${percent(low)} and ${percent(high)}`;
}

const option = (value: string) => ({ type: "string", default: value }) as const;
const { values } = parseArgs({ options: { seeds: option("24"), days: option("14"), held: option("7"), folds: option("5") } });
const setting = { days: Number(values.days), held: Number(values.held), folds: Number(values.folds) };
const results: SeedResult[] = [];
console.log("seed  labels   held-out RMSE         half width [mol/L]          contain              Good    edge");
console.log("               hybrid   sensor       hybrid   sensor      hybrid  sensor   truth");
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const result = await runSeed(seed, setting);
  results.push(result);
  const { hybrid, lab, truth } = result;
  const cells = [
    String(seed).padStart(4),
    String(result.labels).padStart(7),
    hybrid.rmse.toFixed(4).padStart(8),
    rmseOf(lab).toFixed(4).padStart(8),
    hybrid.halfWidth.toFixed(4).padStart(12),
    mean(lab.map(({ half }) => half))
      .toFixed(4)
      .padStart(8),
    percent(hybrid.covered / lab.length).padStart(11),
    percent(covered(lab) / lab.length).padStart(7),
    percent(covered(truth) / truth.length).padStart(7),
    percent(result.good).padStart(7),
    percent(result.edge).padStart(7),
  ];
  console.log(cells.join(" "));
}
const lab = results.flatMap((result) => result.lab);
const truth = results.flatMap((result) => result.truth);
console.log(`\n${results.length} plants, level ${percent(level)}`);
console.log(
  coverageLine(
    "hybrid, laboratory values",
    results.reduce((sum, { hybrid }) => sum + hybrid.covered, 0),
    lab.length,
  ),
);
console.log(coverageLine("sensor, laboratory values", covered(lab), lab.length));
for (const [name, inside] of [
  ["    inside the domain", true],
  ["    at its edge or outside", false],
] as const) {
  const some = lab.filter((pair) => pair.inside === inside);
  console.log(`${coverageLine(name, covered(some), some.length)}, half width ${mean(some.map(({ half }) => half)).toFixed(4)}`);
}
console.log(
  `sensor, truth                     ${percent(covered(truth) / truth.length).padStart(23)}   (answers of one plant are not independent)`,
);
console.log(`RMSE of the sensor against the laboratory ${rmseOf(lab).toFixed(4)}, against the truth ${rmseOf(truth).toFixed(4)} mol/L`);
console.log(
  `half width ${mean(lab.map(({ half }) => half)).toFixed(4)} mol/L on average; Good ${percent(mean(results.map(({ good }) => good)))}, edge of domain ${percent(mean(results.map(({ edge }) => edge)))}`,
);
