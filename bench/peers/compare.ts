/** Runs all tools on all problems in interleaved rounds, and tells times at equal error. */
import { rmSync } from "node:fs";
import { type Contestant, interleave, quantile, type Row } from "../harness.ts";
import { type TrajectoryProblem, trajectoryProblems } from "../problems/trajectories.ts";
import { scaledError, timeAt } from "./matched.ts";
import type { Peer } from "./peer.ts";
import type { Tool } from "./tools.ts";
import { writeProblems } from "./write-problems.ts";

/** One solver on one problem, from loose to tight tolerances. */
export interface Series {
  readonly problem: string;
  readonly tool: string;
  readonly method: string;
  readonly points: readonly Point[];
  /** Why some tolerances are not there. */
  readonly failed: readonly { readonly rtol: number; readonly why: string }[];
}

export interface Point {
  readonly rtol: number;
  /** Median over the rounds. */
  readonly milliseconds: number;
  readonly error: number;
  readonly steps: number;
  /** One for each round. */
  readonly times: readonly number[];
}

export interface Comparison {
  readonly series: readonly Series[];
  readonly rows: readonly Row[];
  readonly ratios: Readonly<Record<string, number>>;
  readonly remarks: readonly string[];
}

export interface Plan {
  readonly problems: readonly TrajectoryProblem[];
  readonly tools: readonly [Tool, ...Tool[]];
  methods(tool: Tool, problem: TrajectoryProblem): readonly string[];
  readonly tolerances: readonly number[];
  /** Errors at which times are compared. */
  readonly targets: readonly number[];
  readonly rounds: number;
  /** Seconds that one solver has for one tolerance in one round; runs that take longer run once. */
  readonly budget: number;
  /** Columns that are nowhere larger do not count in errors. */
  least?(problem: TrajectoryProblem): Float64Array;
  /** What reference values are computed by, at which tolerance. */
  readonly reference: { readonly method: string; readonly rtol: number };
  /** Says what of this reference can be confirmed by others. */
  readonly confirmedBy: { readonly tool: string; method(problem: TrajectoryProblem): string; readonly rtol: number };
}

/** Seconds of a single run from which on tighter tolerances are not tried. */
const patience = 0.15;

export async function compare(plan: Plan): Promise<Comparison> {
  const folder = writeProblems(trajectoryProblems);
  const remarks: string[] = [];
  const peers = new Map<string, Peer>();
  try {
    for (const tool of plan.tools) {
      const peer = await tool.start(folder);
      if (typeof peer === "string") remarks.push(`${tool.name} is left out: ${peer}`);
      else peers.set(tool.name, peer);
    }
    remarks.push(...[...peers.values()].map(({ versions }) => `${versions}.`));
    const series: Series[] = [];
    for (const problem of plan.problems) series.push(...(await onProblem(plan, problem, peers, remarks)));
    return { series, remarks, ...atTargets(plan, series) };
  } finally {
    for (const peer of peers.values()) peer[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onProblem(plan: Plan, problem: TrajectoryProblem, peers: ReadonlyMap<string, Peer>, remarks: string[]): Promise<Series[]> {
  const { reference, confirmedBy, tolerances, budget, rounds } = plan;
  const count = problem.samples.length;
  const own = peers.get(plan.tools[0].name)!;
  const least = plan.least?.(problem);
  const exact = await own.ask(problem.name, reference.method, reference.rtol, 0, true);
  if (typeof exact === "string") {
    remarks.push(`${problem.title} is left out, because its reference could not be computed: ${exact}.`);
    return [];
  }
  const other = await peers.get(confirmedBy.tool)?.ask(problem.name, confirmedBy.method(problem), confirmedBy.rtol, 0, true);
  if (other !== undefined) {
    const said = typeof other === "string" ? `does not: ${other}` : scaledError(other.values, exact.values, count, least).toExponential(1);
    remarks.push(`${problem.title}: ${confirmedBy.tool} at rtol ${confirmedBy.rtol} differs from the reference by ${said}.`);
  }
  if (problem.published !== undefined && exact.values.length === count * problem.published.length) {
    const n = problem.published.length;
    const worst = Math.max(...problem.published.map((value, i) => Math.abs(exact.values[(count - 1) * n + i]! / value - 1)));
    remarks.push(
      `${problem.title}: at the end, the reference differs from the published values by ${worst.toExponential(1)} relative at most.`,
    );
  }
  const contestants = plan.tools.flatMap((tool) => {
    const peer = peers.get(tool.name);
    return peer === undefined ? [] : plan.methods(tool, problem).map((method) => ({ tool: tool.name, method, peer, hopeless: false }));
  });
  const found = contestants.map(({ tool, method }) => ({
    problem: problem.name,
    tool,
    method,
    points: [] as Point[],
    failed: [] as Failed[],
  }));
  for (const rtol of tolerances) {
    const running: (Contestant & { readonly place: number; readonly error: number; readonly steps: number })[] = [];
    for (const [place, contestant] of contestants.entries()) {
      if (contestant.hopeless) continue;
      const { peer, method } = contestant;
      const first = await peer.ask(problem.name, method, rtol, 0, true);
      if (typeof first === "string") {
        found[place]!.failed.push({ rtol, why: first });
        continue;
      }
      contestant.hopeless = first.seconds > patience;
      const error = scaledError(first.values, exact.values, count, least);
      running.push({
        place,
        error,
        steps: first.steps,
        name: method,
        run: async () => {
          const again = await peer.ask(problem.name, method, rtol, budget, false);
          return { milliseconds: typeof again === "string" ? Number.NaN : 1000 * again.seconds, error };
        },
      });
    }
    const { times } = await interleave(running, { rounds, warmup: 0 });
    for (const [i, { place, error, steps }] of running.entries()) {
      found[place]!.points.push({ rtol, milliseconds: quantile(times[i]!, 0.5), error, steps, times: times[i]!.map(short) });
    }
  }
  return found;
}

type Failed = { readonly rtol: number; readonly why: string };

/** What is stored of a time in milliseconds. */
const short = (value: number): number => Number(value.toPrecision(4));

/** Times at equal error in each round, and how they compare with the first method of the first tool, Greybox's own choice. */
function atTargets({ targets, rounds, problems }: Plan, series: readonly Series[]): Pick<Comparison, "rows" | "ratios"> {
  const rows: Row[] = [];
  const ratios: Record<string, number> = {};
  for (const { name, title } of problems) {
    const here = series.filter(({ problem }) => problem === name);
    for (const target of targets) {
      let base: readonly number[] | undefined;
      for (const { tool, method, points } of here) {
        const times = Array.from({ length: rounds }, (_, round) =>
          timeAt(
            target,
            points.map(({ error, times: each }) => ({ error, time: each[round]! })),
          ),
        ).filter((time) => time !== undefined);
        if (times.length < rounds) continue;
        base ??= times;
        const quartiles = [short(quantile(times, 0.25)), short(quantile(times, 0.75))] as const;
        const what = `${title}: ${tool} ${method}`;
        rows.push({ name: `${what} at ${target}`, rounds, milliseconds: quantile(times, 0.5), quartiles, error: target, counts: {} });
        if (times !== base)
          ratios[`${what} over Greybox at ${target}`] = quantile(
            times.map((time, i) => time / base![i]!),
            0.5,
          );
      }
    }
  }
  return { rows, ratios };
}
