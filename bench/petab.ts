/**
 * Fits of published problems from random starts: time per start, and the share of the starts that come to the best fit known, beside pyPESTO with
 * AMICI from the same starts.
 *
 * Starts are taken in portions of ten; each portion is fitted by one contestant after the other. Greybox's time has everything in it from the
 * question on, its code for the model and the answer with its verdict too, and one call a portion, so that starts are given up where others of
 * the portion are far better; pyPESTO's has the search alone, its models are compiled before. A start at which the model cannot be integrated is
 * drawn again by Greybox.
 */
import { calibrate, logLikelihood, type PetabQuestion, type Question } from "greybox/calibration";
import { type Bench, medianRatio, quantile, type Result, type Row } from "./harness.ts";
import { type JsonPeer, jsonPeer } from "./peers/json-peer.ts";
import { type PetabName, type Point, pathOf, petabProblems, randomPoints, read, startingFrom } from "./problems/petab.ts";

const settings = {
  starts: Number(process.env["GREYBOX_STARTS"] ?? 100),
  /** Seconds a problem for each contestant but the first; portions that are left then are fitted without it. */
  seconds: Number(process.env["GREYBOX_SECONDS"] ?? 10),
  portion: 10,
  names: (process.env["GREYBOX_PROBLEMS"]?.split(",") ?? Object.keys(petabProblems)) as PetabName[],
};
/** Ways to search of our own. The first one is the default; the others spend more on each start. */
const ways: readonly { readonly name: string; readonly search: Question["search"] }[] = [
  { name: "Greybox", search: {} },
  { name: "Greybox, a second look at each", search: { again: "every" } },
  { name: "Greybox, scatter", search: { method: "scatter" } },
];
const methods = ["Fides", "L-BFGS-B"] as const;
/** A start has come to the best fit when minus the logarithm of its likelihood is so near. */
const near = 0.1;

/** What one contestant did: minus the logarithm of the likelihood of each start, NaN where there is none; milliseconds a start by portion. */
interface Course {
  readonly name: string;
  readonly values: number[];
  readonly milliseconds: number[];
  /** Milliseconds that it may still spend. */
  left: number;
  fit(portion: readonly Point[]): Promise<Fitted>;
}

/** A string says why not. */
type Fitted = { readonly values: readonly number[]; readonly milliseconds: number } | string;

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
  const loaded = await peer?.ask({ path });
  if (loaded) remarks.push("failed" in loaded ? `${name}: pyPESTO: ${loaded["failed"]}` : String(loaded["versions"]));
  const limit = 1000 * settings.seconds;
  const course = (who: string, left: number, fit: Course["fit"]): Course => ({
    name: `${name}: ${who}`,
    values: [],
    milliseconds: [],
    left,
    fit,
  });
  const courses = [
    ...ways.map(({ name: way, search }, w) => course(way, w === 0 ? Infinity : limit, (portion) => ours(question, portion, search))),
    ...(loaded && !("failed" in loaded) ? methods : []).map((method) =>
      course(`pyPESTO, ${method}`, limit, (portion) => theirs(peer!, method, portion)),
    ),
  ];
  for (let at = 0; at < points.length; at += settings.portion) {
    const portion = points.slice(at, at + settings.portion);
    for (const one of courses) {
      if (one.left <= 0) continue;
      const begin = performance.now();
      const found = await one.fit(portion);
      one.left -= performance.now() - begin;
      if (typeof found === "string") {
        remarks.push(`${one.name}: ${found}`);
        one.left = 0;
        continue;
      }
      one.values.push(...found.values);
      one.milliseconds.push(found.milliseconds / portion.length);
    }
  }
  const ran = courses.filter(({ values }) => values.length > 0);
  const published = -(logLikelihood({ ...question, solver: { rtol: 1e-9 } }).logLikelihood ?? Number.NaN);
  const best = Math.min(published, ...ran.flatMap(({ values }) => values.filter(Number.isFinite)));
  const own = courses[0]!.milliseconds;
  const ratios = Object.fromEntries(
    ran
      .slice(1)
      .map(({ name: other, milliseconds }) => [
        `${other} over ${ways[0]!.name}, time of a start`,
        medianRatio(milliseconds, own.slice(0, milliseconds.length)),
      ]),
  );
  return { rows: ran.map((one) => rowOf(one, best)), ratios, remarks };
}

async function ours(question: PetabQuestion, points: readonly Point[], search: Question["search"]): Promise<Fitted> {
  const begin = performance.now();
  const fit = await calibrate({ ...startingFrom(question, points[0]!), guesses: points.slice(1), search });
  const milliseconds = performance.now() - begin;
  const shift = -(fit.logLikelihood ?? Number.NaN) - fit.cost;
  return { milliseconds, values: fit.starts.map(({ cost }) => (cost === undefined ? Number.NaN : cost + shift)) };
}

async function theirs(peer: JsonPeer, method: string, points: readonly Point[]): Promise<Fitted> {
  const answer = await peer.ask({ method, starts: points });
  if ("failed" in answer) return String(answer["failed"]);
  const times = answer["milliseconds"] as number[];
  const values = (answer["values"] as (number | null)[]).map((value) => value ?? Number.NaN);
  return { values, milliseconds: times.reduce((sum, time) => sum + time, 0) };
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
