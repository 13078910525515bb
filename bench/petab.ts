/**
 * Fits of published problems from random starts: time per start, and the share of the starts that come to the best fit known, beside pyPESTO with
 * AMICI from the same starts.
 *
 * Starts are taken in portions; each portion is fitted by one contestant after the other. Greybox's time has everything in it from the question
 * on, its code for the model and the answer with its verdict too; pyPESTO's has the search alone, its models are compiled before.
 */
import { calibrate, logLikelihood, type PetabQuestion } from "greybox/calibration";
import { type Bench, medianRatio, quantile, type Result, type Row } from "./harness.ts";
import { type JsonPeer, jsonPeer } from "./peers/json-peer.ts";
import { type PetabName, type Point, pathOf, petabProblems, randomPoints, read, startingFrom } from "./problems/petab.ts";

const settings = {
  starts: Number(process.env["GREYBOX_STARTS"] ?? 100),
  /** Seconds a problem for pyPESTO; portions that are left then are fitted without it. */
  seconds: Number(process.env["GREYBOX_SECONDS"] ?? 30),
  portion: 10,
  names: (process.env["GREYBOX_PROBLEMS"]?.split(",") ?? Object.keys(petabProblems)) as PetabName[],
};
const methods = ["Fides", "L-BFGS-B"] as const;
/** A start has come to the best fit when minus the logarithm of its likelihood is so near. */
const near = 0.1;

/** What one contestant did: minus the logarithm of the likelihood of each start, NaN where there is none; milliseconds a start by portion. */
interface Course {
  readonly name: string;
  readonly values: number[];
  readonly milliseconds: number[];
}

export const petabBench: Bench = {
  name: "petab",
  about: `Published PEtab problems from ${settings.starts} random starts, uniform within their bounds, against pyPESTO + AMICI from the same starts.`,
  async run(): Promise<Result> {
    const peer = await jsonPeer("pypesto_fit.py");
    const rows: Row[] = [];
    const ratios: Record<string, number> = {};
    const remarks: string[] = [];
    if (typeof peer === "string") remarks.push(`Without pyPESTO: ${peer}`);
    for (const name of settings.names) {
      const path = pathOf(name);
      if (path === undefined) {
        remarks.push(`${name}: the data is not here; name its folder in GREYBOX_DATA.`);
        continue;
      }
      const one = await problem(name, path, typeof peer === "string" ? undefined : peer);
      rows.push(...one.rows);
      Object.assign(ratios, one.ratios);
      for (const remark of one.remarks) if (!remarks.includes(remark)) remarks.push(remark);
    }
    if (typeof peer !== "string") peer[Symbol.dispose]();
    return { about: this.about, error: "minus log-likelihood of the best start, above the best that is known", rows, ratios, remarks };
  },
};

async function problem(name: PetabName, path: string, peer: JsonPeer | undefined): Promise<Pick<Result, "rows" | "ratios" | "remarks">> {
  const question = await read(path);
  const points = randomPoints(question, settings.starts);
  const remarks: string[] = [];
  const own: Course = { name: `${name}: Greybox, ${settings.portion} starts a call`, values: [], milliseconds: [] };
  const others = methods.map((method): Course => ({ name: `${name}: pyPESTO, ${method}`, values: [], milliseconds: [] }));
  const loaded = await peer?.ask({ path });
  if (loaded && "failed" in loaded) remarks.push(`${name}: pyPESTO: ${loaded.failed}`);
  else if (loaded) remarks.push(String(loaded["versions"]));
  let left = loaded && !("failed" in loaded) ? 1000 * settings.seconds : 0;
  for (let at = 0; at < points.length; at += settings.portion) {
    const portion = points.slice(at, at + settings.portion);
    await fitOurs(own, question, portion);
    for (const [m, method] of methods.entries()) {
      // Half of the time is for the first of them: it is the one that is recommended.
      if (left <= (m === 0 ? 0 : 500 * settings.seconds)) continue;
      const begin = performance.now();
      const answer = await peer!.ask({ method, starts: portion });
      left -= performance.now() - begin;
      if ("failed" in answer) {
        remarks.push(`${name}, ${method}: ${answer["failed"]}`);
        continue;
      }
      const [times, values] = [answer["milliseconds"] as number[], answer["values"] as (number | null)[]];
      others[m]!.values.push(...values.map((value) => value ?? Number.NaN));
      others[m]!.milliseconds.push(times.reduce((sum, time) => sum + time, 0) / times.length);
    }
  }
  const whole: Course = { name: `${name}: Greybox, one call`, values: [], milliseconds: [] };
  await fitOurs(whole, question, points);
  const courses = [whole, own, ...others.filter(({ values }) => values.length > 0)];
  const published = -(logLikelihood({ ...question, solver: { rtol: 1e-9 } }).logLikelihood ?? Number.NaN);
  const best = Math.min(published, ...courses.flatMap(({ values }) => values.filter(Number.isFinite)));
  const ratios = Object.fromEntries(
    courses
      .slice(2)
      .map(({ name: other, milliseconds }) => [
        `${other} over Greybox, time of a start`,
        medianRatio(milliseconds, own.milliseconds.slice(0, milliseconds.length)),
      ]),
  );
  return { rows: courses.map((course) => rowOf(course, best)), ratios, remarks };
}

async function fitOurs(into: Course, question: PetabQuestion, points: readonly Point[]): Promise<void> {
  const begin = performance.now();
  const fit = await calibrate({ ...startingFrom(question, points[0]!), guesses: points.slice(1) });
  into.milliseconds.push((performance.now() - begin) / points.length);
  const shift = -(fit.logLikelihood ?? Number.NaN) - fit.cost;
  into.values.push(...fit.starts.map(({ cost }) => (cost === undefined ? Number.NaN : cost + shift)));
}

function rowOf({ name, values, milliseconds }: Course, best: number): Row {
  const finite = values.filter(Number.isFinite);
  return {
    name,
    rounds: milliseconds.length,
    milliseconds: quantile(milliseconds, 0.5),
    quartiles: [quantile(milliseconds, 0.25), quantile(milliseconds, 0.75)],
    error: Math.min(...finite) - best,
    counts: {
      starts: values.length,
      "at the best": finite.filter((value) => value - best < near).length,
      failed: values.length - finite.length,
    },
  };
}
