/** One simulated history and the fit to it. A task that runs anywhere. */
import { type TaskContext, task } from "../../compute/index.ts";
import { random } from "../../core/index.ts";
import type { TagBase } from "../bootstrap/errors.ts";
import { benchOf, type MeasuredStart } from "../bootstrap/member.ts";
import { type Refitted, refit } from "../bootstrap/refit.ts";
import { type Objective, objectiveOf } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import type { Archive } from "./columns.ts";
import { historyOf } from "./history.ts";
import { type Signs, signsOf } from "./signs.ts";

/** What all members have in common. Plain data. */
export interface ArchiveFamily {
  readonly plan: Plan;
  /** The plan at the times of the sources. */
  readonly raw: Plan;
  readonly archive: Archive;
  readonly seed: number;
  /** Of the tags that are not archived. */
  readonly bases: readonly (readonly TagBase[])[];
  readonly starts: readonly MeasuredStart[];
}

export interface ArchiveInput {
  readonly member: number;
  /** Values to simulate with, in search coordinates. */
  readonly x: Float64Array;
  /** Of each archived tag, at the source. */
  readonly sigma: Float64Array;
}

export interface ArchiveMember extends Refitted {
  readonly signs: Signs;
}

const rawObjectives = new WeakMap<ArchiveFamily, Objective>();

/** The model at the times of the sources, evaluated at x. Once for all members of a round. */
export function rawAt(family: ArchiveFamily, x: Float64Array): Objective | undefined {
  let raw = rawObjectives.get(family);
  if (!raw) {
    const { system, solver } = benchOf(family);
    raw = objectiveOf(family.raw, system, solver);
    rawObjectives.set(family, raw);
  }
  return raw.evaluate(x, false) ? raw : undefined;
}

export async function runArchiveMember(
  input: ArchiveInput,
  { shared: family, signal }: TaskContext<ArchiveFamily>,
): Promise<ArchiveMember> {
  const { member, x, sigma } = input;
  const { plan, archive, bases, seed } = family;
  const raw = rawAt(family, x);
  if (!raw) return lost(family, x);
  const history = historyOf(plan, raw, archive, sigma, bases, random(seed).fork("archive").fork(member));
  const { system, solver } = benchOf(family);
  const problem = objectiveOf({ ...history.plan, starts: startsOf(family, history.plan) }, system, solver);
  const found = await refit(problem, x, signal);
  return { ...found, signs: signsOf(problem, archive, history.archived) };
}

export const runArchiveMemberTask = task<ArchiveInput, ArchiveMember, ArchiveFamily>(import.meta.url, "runArchiveMember");

function lost({ plan, archive }: ArchiveFamily, x: Float64Array): ArchiveMember {
  const nothing = (length: number): Float64Array => new Float64Array(length).fill(Number.NaN);
  const signs = archive.tags.map(() => nothing(2));
  return { ok: false, x, errors: nothing(x.length), sigma: nothing(plan.groups.length), signs };
}

/** Starts that were measured follow the simulated measurement nearest in time. */
function startsOf({ plan, starts: follow }: ArchiveFamily, simulated: Plan): Plan["starts"] {
  if (follow.length === 0) return plan.starts;
  const starts = plan.starts.map(({ given, values }) => ({ given, values: Float64Array.from(values) }));
  for (const { window, state, tag, point, factor, shift } of follow) {
    const before = plan.windows[window]!;
    const wanted = before.samples[before.tags[tag]!.at[point]!]!;
    const { samples, tags } = simulated.windows[window]!;
    const { at, value } = tags[tag]!;
    let nearest = 0;
    for (let i = 1; i < at.length; i++) if (Math.abs(samples[at[i]!]! - wanted) < Math.abs(samples[at[nearest]!]! - wanted)) nearest = i;
    starts[window]!.values[state] = value[nearest]! * factor + shift;
  }
  return starts;
}
