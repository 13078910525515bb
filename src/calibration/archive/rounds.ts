/**
 * The values that explain what the historian kept: simulated histories, fitted as the record was, must on average give what the fit of the
 * record gave (indirect inference). Each round moves the values by what is still missing.
 *
 * @see C. Gourieroux, A. Monfort, E. Renault, "Indirect inference", J. Appl. Econometrics 8 (1993) S85–S118.
 */
import type { Compute } from "../../compute/index.ts";
import { random } from "../../core/index.ts";
import type { Objective } from "../objective/objective.ts";
import { type ArchiveFamily, type ArchiveMember, runArchiveMemberTask } from "./member.ts";
import { dot, linesThrough } from "./regression.ts";
import type { Signs } from "./signs.ts";

export interface RoundOptions {
  readonly draws: number;
  readonly rounds: number;
  readonly compute: Compute;
  readonly signal: AbortSignal | undefined;
}

/** What the last round showed. */
export interface Settled {
  /** Values that explain the record, in search coordinates. Shape (q). */
  readonly x: Float64Array;
  /** Estimates from the histories of the last round less their mean. By unknown, shape (members). */
  readonly scatter: readonly Float64Array[];
  /** Standard deviations that σ, as far as it is not known, adds to the values. Shape (q). */
  readonly added: Float64Array;
  /** How far the values moved in the last round, in standard deviations. */
  readonly moved: Float64Array;
  /** Of the errors at the source, by archived tag. */
  readonly sigma: Float64Array;
  /** Standard error of the logarithm of σ; 0 where σ was given. */
  readonly sigmaError: Float64Array;
  /** Signs of the record less their means over the histories of the last round; what σ does not explain of it, in standard deviations. */
  readonly signs: readonly { readonly seen: Float64Array; readonly off: Float64Array }[];
  readonly failed: number;
  readonly members: number;
}

/** How far ln σ is varied among the members of a round, to see what depends on it. */
const varied = 0.1;
/** Rounds at least, and how far values may still move after the last, in standard deviations. */
const [least, still] = [3, 0.3];
/** Largest factor by which σ changes in a round. */
const leap = Math.log(3);

/**
 * @param best  the fit of the record
 * @param seen  signs of the record
 * @param sigma  of the errors at the source, where the search for it starts; kept where given
 */
export async function settle(
  family: ArchiveFamily,
  problem: Objective,
  best: Float64Array,
  seen: Signs,
  sigma: Float64Array,
  { draws, rounds, compute, signal }: RoundOptions,
): Promise<Settled> {
  const { tags } = family.archive;
  const q = best.length;
  const unknown = tags.flatMap(({ sigma: given }, t) => (given === undefined ? [t] : []));
  const signs = tags.map((_, t) => {
    const draw = random(family.seed).fork("signs").fork(t);
    return Float64Array.from({ length: draws }, () => (draw.uniform() < 0.5 ? -varied : varied));
  });
  const x = Float64Array.from(best);
  const logs = sigma.map(Math.log);
  let settled: Settled | undefined;
  for (let round = 0; round < rounds; round++) {
    const inputs = Array.from({ length: draws }, (_, member) => ({
      member,
      x: Float64Array.from(x),
      sigma: logs.map((log, t) => Math.exp(log + (tags[t]!.sigma === undefined ? signs[t]![member]! : 0))),
    }));
    const members = await compute.map(runArchiveMemberTask, inputs, { shared: family, signal });
    const kept = Array.from(members.keys()).filter((m) => usable(members[m]!));
    const failed = draws - kept.length;
    if (kept.length < Math.max(8, 2 * unknown.length + 4)) {
      return {
        x,
        scatter: [],
        added: new Float64Array(q),
        moved: new Float64Array(q).fill(Infinity),
        sigma: logs.map(Math.exp),
        sigmaError: new Float64Array(tags.length),
        signs: [],
        failed,
        members: draws,
      };
    }
    const regressors = unknown.map((t) => Float64Array.from(kept, (m) => signs[t]![m]!));
    const column = (of: (member: ArchiveMember) => number): Float64Array => Float64Array.from(kept, (m) => of(members[m]!));
    const estimates = linesThrough(
      Array.from(best.keys(), (j) => column((one) => one.x[j]!)),
      regressors,
    );
    const shown = tags.map((_, t) =>
      linesThrough(
        [0, 1].map((s) => column((one) => one.signs[t]![s]!)),
        regressors,
      ),
    );
    const free = kept.length - 1 - unknown.length;
    const moved = new Float64Array(q);
    for (const [j, { acts }] of problem.plan.unknowns.entries()) {
      // Sizes of errors in the fit are not those at the source: nothing is simulated with them.
      if (acts.length === 0) continue;
      const step = best[j]! - estimates.means[j]!;
      const deviation = Math.sqrt(dot(estimates.left[j]!, estimates.left[j]!) / free);
      const next = Math.min(Math.max(x[j]! + step, problem.lower[j]!), problem.upper[j]!);
      moved[j] = deviation > 0 ? (next - x[j]!) / deviation : 0;
      x[j] = next;
    }
    const sigmaError = new Float64Array(tags.length);
    const found = tags.map((_, t) => {
      const { means, slopes, left } = shown[t]!;
      const covariance = [0, 1, 3].map((k) => dot(left[k >> 1]!, left[k & 1]!) / free) as [number, number, number];
      const apart = Float64Array.of(seen[t]![0]! - means[0]!, seen[t]![1]! - means[1]!);
      const off = Float64Array.from(apart);
      const place = unknown.indexOf(t);
      if (place >= 0) {
        const slope = [slopes[0]![place]!, slopes[1]![place]!] as const;
        const { change, error } = generalised(slope, off, covariance);
        const step = Math.min(Math.max(change, -leap), leap);
        logs[t]! += step;
        sigmaError[t] = error;
        for (const s of [0, 1] as const) off[s]! -= slope[s] * step;
      }
      return { seen: apart, off: off.map((one, s) => one / Math.sqrt(covariance[2 * s]! || Infinity)) };
    });
    const added = Float64Array.from(best, (_, j) =>
      Math.sqrt(unknown.reduce((sum, t, place) => sum + ((estimates.slopes[j]![place] ?? 0) * sigmaError[t]!) ** 2, 0)),
    );
    settled = {
      x: Float64Array.from(x),
      added,
      scatter: estimates.left.map((one) => one.map((value) => value * Math.sqrt((kept.length - 1) / free))),
      moved,
      sigma: logs.map(Math.exp),
      sigmaError,
      signs: found,
      failed,
      members: draws,
    };
    if (round + 1 >= least && settled.moved.every((one) => Math.abs(one) <= still)) break;
  }
  return settled!;
}

function usable({ ok, x, signs }: ArchiveMember): boolean {
  return ok && x.every(Number.isFinite) && signs.every((one) => one.every(Number.isFinite));
}

/** Generalised least squares of one unknown from two signs. */
function generalised(
  [a, b]: readonly [number, number],
  [da, db]: Float64Array,
  [aa, ab, bb]: readonly [number, number, number],
): { change: number; error: number } {
  // A floor on the variances: signs that do not scatter at all are not known without error either.
  const [va, vb] = [aa + 1e-8, bb + 1e-8];
  const determinant = va * vb - ab * ab;
  const information = (a * a * vb - 2 * a * b * ab + b * b * va) / determinant;
  const score = (a * da! * vb - (a * db! + b * da!) * ab + b * db! * va) / determinant;
  if (!(information > 1)) return { change: 0, error: 1 };
  return { change: score / information, error: 1 / Math.sqrt(information) };
}
