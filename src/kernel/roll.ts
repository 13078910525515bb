/**
 * Finds the loops in a long kernel: equations of cells and trays that differ only in the places they read and write become one body that
 * runs many times.
 *
 * Straight-line code of thousands of cells no longer fits the caches of a processor: the same right-hand side costs 50 ns a state at 200
 * states and 240 at 4 000. Every operation stays what it was, in the same order, so the result has the same bits.
 */
import type { Kernel, Place, Statement, Test, Value } from "./kernel.ts";
import { sizeOfKernel, sizeOfStatement } from "./split.ts";

export const defaults = {
  /** Kernels of fewer operations stay as they are. */
  operations: 2000,
  /** Least number of repetitions that make a loop. */
  repetitions: 12,
  /** Longest body, in statements. */
  period: 400,
  /** Operations in the body of a loop over directions, when it is written again. */
  body: 600,
} as const;

/** Name of the work array for values that outlive their repetition. */
const store = "rolled";
/** Repetitions before the first and after the last of a loop whose values may lie beside those of the loop. */
const margin = 4;

type Simple = Exclude<Statement, { readonly do: "loop" }>;

/** Statements in a row, within the same loops. */
interface Sequence {
  readonly statements: readonly (Simple | undefined)[];
}

/** Repetitions of a body of `period` statements, the first at `start`. */
interface Run {
  readonly sequence: Sequence;
  start: number;
  readonly period: number;
  count: number;
}

/**
 * The same computation with loops where there are any to be found; the kernel itself where it is short or nothing repeats.
 */
export function rollKernel(kernel: Kernel, operations: number = defaults.operations): Kernel {
  if (sizeOfKernel(kernel) <= operations) return kernel;
  const body = mergedLoops(withoutCopies(kernel));
  const top: Sequence = { statements: body.map((statement) => (statement.do === "loop" ? undefined : statement)) };
  const inner = body.map((statement) =>
    statement.do === "loop" && !statement.while && statement.body.every(({ do: kind }) => kind === "store")
      ? { statements: statement.body as readonly Simple[] }
      : undefined,
  );
  const home = new Map<number, number>();
  for (const [i, statement] of top.statements.entries()) if (statement?.do === "let") home.set(statement.local, i);
  let runs = [top, ...inner.filter((one) => one !== undefined)].flatMap(findRuns);
  for (const run of runs) trim(run, home);
  for (let before = ""; ; ) {
    const old = new Set(runs);
    const homes = runs.filter(({ sequence, count }) => sequence === top && count >= defaults.repetitions);
    const known = (run: Run): boolean =>
      leavesOf(run).every((leaf) => leaf.kind === "place" || place(leaf, run, homes, home) !== undefined);
    runs = runs
      .flatMap((run) => splitByOrigin(run, homes, home))
      .filter((run) => run.count >= defaults.repetitions && (!old.has(run) || known(run)));
    // Homes of this pass are what the next one looks at: it ends when a pass has changed nothing.
    const now = runs.map(({ start, count }) => `${start}:${count}`).join();
    if (now === before) break;
    before = now;
  }
  if (runs.length === 0) return kernel;
  const rolled = write(kernel, body, top, inner, runs, home);
  return sizeOfKernel(rolled) < 0.6 * sizeOfKernel(kernel) ? rolled : kernel;
}

/** Locals that only stand for an input, a number or a scalar are replaced by it. */
function withoutCopies(kernel: Kernel): Statement[] {
  const inputs = new Set(kernel.arrays.filter(({ role }) => role === "in").map(({ name }) => name));
  const copies = new Map<number, Value>();
  const replace = (value: Value): Value => mapLeaves(value, (leaf) => (leaf.op === "local" ? (copies.get(leaf.local) ?? leaf) : leaf));
  const pass = (statements: readonly Statement[], outer: boolean): Statement[] =>
    statements.flatMap((statement): Statement[] => {
      if (statement.do === "loop") {
        const condition = statement.while && { ...statement.while, test: mapTest(statement.while.test, replace) };
        return [{ ...statement, ...(condition ? { while: condition } : {}), body: pass(statement.body, false) }];
      }
      const value = replace(statement.value);
      const copy = value.op === "number" || value.op === "scalar" || (value.op === "load" && inputs.has(value.array));
      if (outer && statement.do === "let" && copy) {
        copies.set(statement.local, value);
        return [];
      }
      return [{ ...statement, value }];
    });
  return pass(kernel.body, true);
}

/** Loops over the same counter, one after the other, as one: what they store is theirs alone. */
function mergedLoops(body: readonly Statement[]): Statement[] {
  const merged: Statement[] = [];
  for (const statement of body) {
    const last = merged.at(-1);
    const same =
      statement.do === "loop" &&
      last?.do === "loop" &&
      !statement.while &&
      !last.while &&
      last.loop === statement.loop &&
      last.count === statement.count;
    if (same) merged[merged.length - 1] = { ...last, body: [...last.body, ...statement.body] };
    else merged.push(statement);
  }
  return merged;
}

/** Runs of statements that are alike but for places and locals, each the longest from where it starts. */
function findRuns(sequence: Sequence): Run[] {
  const { statements } = sequence;
  const ids = new Map<string, number>();
  const signatures = statements.map((statement, i) => {
    if (!statement) return -1 - i;
    const text = signatureOf(statement);
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  });
  const next = new Int32Array(signatures.length).fill(-1);
  const last = new Map<number, number>();
  for (let i = signatures.length - 1; i >= 0; i--) {
    next[i] = last.get(signatures[i]!) ?? -1;
    last.set(signatures[i]!, i);
  }
  const runs: Run[] = [];
  for (let i = 0; i < signatures.length; ) {
    let best: Run | undefined;
    for (let j = next[i]!, tries = 0; j >= 0 && j - i <= defaults.period && tries < 40; j = next[j]!, tries++) {
      const period = j - i;
      let length = 0;
      while (i + period + length < signatures.length && signatures[i + length] === signatures[i + period + length]) length++;
      const count = Math.floor(length / period) + 1;
      if (count >= defaults.repetitions && (!best || count * period > best.count * best.period))
        best = { sequence, start: i, period, count };
    }
    if (best) runs.push(best);
    i += best ? best.count * best.period : 1;
  }
  return runs;
}

/** A place or a local in a body, with what it is in every repetition. */
type Leaf = { readonly kind: "place"; readonly at: readonly number[] } | { readonly kind: "local"; readonly at: readonly number[] };

/** Leaves of all repetitions side by side: offsets of places, numbers of locals. */
function leavesOf({ sequence, start, period, count }: Run): Leaf[] {
  const all = Array.from({ length: count }, (_, r) => {
    const found: { kind: "place" | "local"; at: number }[] = [];
    for (let j = 0; j < period; j++) {
      // Runs are made of statements that are there.
      const statement = sequence.statements[start + r * period + j]!;
      mapLeaves(statement.value, (leaf) => {
        if (leaf.op === "local") found.push({ kind: "local", at: leaf.local });
        if (leaf.op === "load") found.push({ kind: "place", at: leaf.at.offset });
        return leaf;
      });
      if (statement.do === "store") found.push({ kind: "place", at: statement.at.offset });
    }
    return found;
  });
  return all[0]!.map(({ kind }, k) => ({ kind, at: all.map((leaves) => leaves[k]!.at) }));
}

/** Shortens a run to the repetitions about its middle in which every leaf moves on evenly. */
function trim(run: Run, home: ReadonlyMap<number, number>): void {
  const middle = Math.floor(run.count / 2);
  let [from, to] = [0, run.count];
  for (const { kind, at } of leavesOf(run)) {
    const places = kind === "place" ? at : at.map((local) => home.get(local) ?? -1);
    const step = places[middle]! - places[middle - 1]!;
    if (step < 0 || places.includes(-1)) {
      run.count = 0;
      return;
    }
    let low = middle;
    while (low > from && places[low]! - places[low - 1]! === step) low--;
    let high = middle;
    while (high + 1 < to && places[high + 1]! - places[high]! === step) high++;
    from = Math.max(from, low);
    to = Math.min(to, high + 1);
  }
  run.start += from * run.period;
  run.count = to - from;
}

/** Where the values of a leaf come from. */
type Origin =
  /** One local for all repetitions. */
  | { readonly local: number }
  /** Statement `position` of the body of a run; `repetition` is the one that the first repetition of the reader reads. */
  | { readonly run: Run; readonly position: number; readonly repetition: number };

function place(leaf: Leaf, reader: Run, homes: readonly Run[], home: ReadonlyMap<number, number>): Origin | undefined {
  const [first, second] = [home.get(leaf.at[0]!)!, home.get(leaf.at[1]!)!];
  if (first === second) return { local: leaf.at[0]! };
  const within = (run: Run, at: number): boolean => at >= run.start && at < run.start + run.count * run.period;
  const middle = home.get(leaf.at[Math.floor(reader.count / 2)]!)!;
  const run = homes.find((one) => one.period === second - first && within(one, middle));
  if (!run) return undefined;
  const position = (((first - run.start) % run.period) + run.period) % run.period;
  const repetition = (first - run.start - position) / run.period;
  if (repetition < -margin || repetition + reader.count > run.count + margin) return undefined;
  // What lies beside the run must be written out, to be put beside its values.
  const stray = leaf.at.some((local) => homes.some((other) => other !== run && within(other, home.get(local)!)));
  return stray ? undefined : { run, position, repetition };
}

/** Parts of a run in each of which every leaf reads from one run: repetitions that read across a border stay written out. */
function splitByOrigin(run: Run, homes: readonly Run[], home: ReadonlyMap<number, number>): Run[] {
  if (run.count < defaults.repetitions) return [];
  const moving = leavesOf(run).flatMap((leaf) => {
    const places = leaf.at.map((local) => home.get(local)!);
    const step = places[1]! - places[0]!;
    return leaf.kind === "local" && step !== 0
      ? [
          originsAlong(
            places,
            homes.filter(({ period }) => period === step),
          ),
        ]
      : [];
  });
  const parts: Run[] = [];
  for (let from = 0; from < run.count; ) {
    let to = from + 1;
    const known = moving.every((origins) => origins[from] !== undefined);
    while (known && to < run.count && moving.every((origins) => origins[to] === origins[from])) to++;
    if (known) parts.push({ ...run, start: run.start + from * run.period, count: to - from });
    from = to;
  }
  return parts.length === 1 && parts[0]!.count === run.count ? [run] : parts;
}

/** The run that each value is computed in; that of its neighbour where it lies a little before or after it. */
function originsAlong(places: readonly number[], homes: readonly Run[]): (Run | undefined)[] {
  const own = places.map((at) => homes.find((run) => at >= run.start && at < run.start + run.count * run.period));
  const near = (run: Run | undefined, at: number): boolean =>
    run !== undefined && at >= run.start - margin * run.period && at < run.start + (run.count + margin) * run.period;
  const found = [...own];
  for (let r = found.length - 2; r >= 0; r--) if (!found[r] && near(found[r + 1], places[r]!)) found[r] = found[r + 1];
  for (let r = 1; r < found.length; r++) if (!found[r] && near(found[r - 1], places[r]!)) found[r] = found[r - 1];
  return found;
}

function write(
  kernel: Kernel,
  body: readonly Statement[],
  top: Sequence,
  inner: readonly (Sequence | undefined)[],
  runs: readonly Run[],
  home: ReadonlyMap<number, number>,
): Kernel {
  const homes = runs.filter(({ sequence }) => sequence === top);
  /** The run and repetition that a statement of the top belongs to, or lies beside. */
  const seats = new Map<Run, Map<number, number>>();
  let used = 0;
  const seatOf = (run: Run, position: number): number => {
    const own = seats.get(run) ?? new Map<number, number>();
    seats.set(run, own);
    const seat = own.get(position) ?? used;
    if (!own.has(position)) {
      own.set(position, seat);
      used += run.count + 2 * margin;
    }
    return seat;
  };
  const inRun = new Map<number, Run>();
  for (const run of homes) for (let i = 0; i < run.count * run.period; i++) inRun.set(run.start + i, run);

  // First what outlives its repetition gets a seat, then everything is written.
  const outlives = (run: Run, position: number): boolean => seats.get(run)?.has(position) ?? false;
  const originsOf = new Map(
    runs.map((run) => [
      run,
      leavesOf(run).map((leaf) => {
        if (leaf.kind === "place") return undefined;
        const origin = place(leaf, run, homes, home)!;
        if ("run" in origin) {
          if (origin.run !== run || origin.repetition !== 0) seatOf(origin.run, origin.position);
        } else {
          const at = home.get(origin.local)!;
          const owner = inRun.get(at);
          if (owner) seatOf(owner, (at - owner.start) % owner.period);
        }
        return origin;
      }),
    ]),
  );
  const touch = (statement: Statement): void => {
    if (statement.do === "loop") {
      for (const one of statement.body) touch(one);
      if (statement.while) mapTest(statement.while.test, visited);
    } else visited(statement.value);
  };
  const visited = (value: Value): Value =>
    mapLeaves(value, (leaf) => {
      const at = leaf.op === "local" ? home.get(leaf.local) : undefined;
      const owner = at === undefined ? undefined : inRun.get(at);
      if (owner) seatOf(owner, (at! - owner.start) % owner.period);
      return leaf;
    });
  for (const [i, statement] of body.entries()) {
    if (inRun.has(i)) continue;
    const sequence = inner[i];
    if (sequence && statement.do === "loop") {
      const within = runs.filter((run) => run.sequence === sequence);
      const covered = (k: number): boolean => within.some(({ start, count, period }) => k >= start && k < start + count * period);
      for (const [k, one] of statement.body.entries()) if (!covered(k)) touch(one);
    } else touch(statement);
  }

  let fresh = Math.max(0, ...home.keys());
  let loops = 0;
  const taken = new Set([...kernel.scalars, ...kernel.arrays].map(({ name }) => name));
  const nextLoop = (): string => {
    for (;;) if (!taken.has(`row${++loops}`)) return `row${loops}`;
  };
  /** A value outside of runs: locals of runs are read from their seats. */
  const outside = (value: Value): Value =>
    mapLeaves(value, (leaf) => {
      const at = leaf.op === "local" ? home.get(leaf.local) : undefined;
      const owner = at === undefined ? undefined : inRun.get(at);
      if (!owner) return leaf;
      const position = (at! - owner.start) % owner.period;
      const repetition = (at! - owner.start - position) / owner.period;
      return { op: "load", array: store, at: { offset: seatOf(owner, position) + margin + repetition } };
    });
  const straight = (statement: Statement): Statement => {
    if (statement.do !== "loop") return { ...statement, value: outside(statement.value) };
    const condition = statement.while && { ...statement.while, test: mapTest(statement.while.test, outside) };
    return { ...statement, ...(condition ? { while: condition } : {}), body: statement.body.map(straight) };
  };
  /** Stores of a straight statement that lies where a repetition before the first or after the last would lie. */
  const beside = (i: number, statement: Statement): Statement[] => {
    if (statement.do !== "let") return [];
    return homes.flatMap((run): Statement[] => {
      const position = (((i - run.start) % run.period) + run.period) % run.period;
      const repetition = (i - run.start - position) / run.period;
      const near = repetition >= -margin && repetition < run.count + margin;
      if (!near || !outlives(run, position)) return [];
      const at: Place = { offset: seatOf(run, position) + margin + repetition };
      return [{ do: "store", array: store, at, value: { op: "local", local: statement.local } }];
    });
  };
  const rolled = (run: Run): Statement => {
    const loop = nextLoop();
    const leaves = leavesOf(run);
    const origins = originsOf.get(run)!;
    const locals = new Map<number, number>();
    let k = 0;
    const moving = (at: Place): Place => {
      const { at: offsets } = leaves[k++]!;
      const by = offsets[1]! - offsets[0]!;
      return by === 0 ? at : { offset: at.offset, strides: [...(at.strides ?? []), { loop, by }] };
    };
    const value = (whole: Value): Value =>
      mapLeaves(whole, (leaf) => {
        if (leaf.op === "load") return { ...leaf, at: moving(leaf.at) };
        if (leaf.op !== "local") return leaf;
        const origin = origins[k++]!;
        if ("local" in origin) return outside(leaf);
        if (origin.run === run && origin.repetition === 0) return { op: "local", local: locals.get(origin.position)! };
        const offset = seatOf(origin.run, origin.position) + margin + origin.repetition;
        return { op: "load", array: store, at: { offset, strides: [{ loop, by: 1 }] } };
      });
    const inside: Statement[] = [];
    for (let j = 0; j < run.period; j++) {
      const statement = run.sequence.statements[run.start + j]!;
      const computed = value(statement.value);
      if (statement.do === "store") {
        inside.push({ do: "store", array: statement.array, at: moving(statement.at), value: computed });
        continue;
      }
      const local = ++fresh;
      locals.set(j, local);
      inside.push({ do: "let", local, value: computed });
      if (run.sequence === top && outlives(run, j)) {
        const at: Place = { offset: seatOf(run, j) + margin, strides: [{ loop, by: 1 }] };
        inside.push({ do: "store", array: store, at, value: { op: "local", local } });
      }
    }
    return { do: "loop", loop, count: run.count, body: inside };
  };

  const sequenceOf = (
    sequence: Sequence,
    statements: readonly Statement[],
    each: (i: number, statement: Statement) => Statement[],
  ): Statement[] => {
    const written: Statement[] = [];
    for (let i = 0; i < statements.length; ) {
      const run = runs.find((one) => one.sequence === sequence && one.start === i);
      if (run) {
        written.push(rolled(run));
        i += run.count * run.period;
      } else {
        written.push(...each(i, statements[i]!));
        i++;
      }
    }
    return written;
  };
  const whole = sequenceOf(top, body, (i, statement) => {
    const sequence = inner[i];
    if (sequence && statement.do === "loop")
      return cutLoop(
        statement,
        sequenceOf(sequence, statement.body, (_, one) => [straight(one)]),
      );
    return [straight(statement), ...beside(i, statement)];
  });
  const arrays = used > 0 ? [...kernel.arrays, { name: store, role: "work" as const, length: used }] : kernel.arrays;
  return { ...kernel, arrays, body: whole };
}

/** A merged loop as several again where its body is still long: a loop cannot be cut by whoever cuts kernels. */
function cutLoop(loop: Statement & { readonly do: "loop" }, body: readonly Statement[]): Statement[] {
  const parts: Statement[][] = [[]];
  let filled = 0;
  for (const statement of body) {
    const size = sizeOfStatement(statement);
    if (filled > 0 && filled + size > defaults.body) {
      parts.push([]);
      filled = 0;
    }
    parts.at(-1)!.push(statement);
    filled += size;
  }
  return parts.map((part) => ({ ...loop, body: part }));
}

/** What a statement is but for offsets and locals. */
function signatureOf(statement: Simple): string {
  const own = statement.do === "let" ? "let" : `${statement.array}${stridesOf(statement.at)}`;
  return `${own}=${textOf(statement.value)}`;
}

const stridesOf = ({ strides = [] }: Place): string => strides.map(({ loop, by }) => `+${by}${loop}`).join("");

function textOf(value: Value | Test): string {
  if (value.op === "number") return Object.is(value.value, -0) ? "-0" : String(value.value);
  if (value.op === "local") return "_";
  if (value.op === "scalar") return value.name;
  if (value.op === "load") return `${value.array}[${stridesOf(value.at)}]`;
  if (value.op === "select") return `select(${textOf(value.test)},${textOf(value.yes)},${textOf(value.no)})`;
  return "of" in value ? `${value.op}(${textOf(value.of)})` : `${value.op}(${textOf(value.left)},${textOf(value.right)})`;
}

/** The value with its leaves replaced, from left to right. */
function mapLeaves(value: Value, change: (leaf: Value) => Value): Value {
  if (value.op === "number" || value.op === "local" || value.op === "scalar" || value.op === "load") return change(value);
  if (value.op === "select") {
    const test = mapTest(value.test, (one) => mapLeaves(one, change));
    const yes = mapLeaves(value.yes, change);
    return { op: "select", test, yes, no: mapLeaves(value.no, change) };
  }
  if ("of" in value) return { op: value.op, of: mapLeaves(value.of, change) };
  const left = mapLeaves(value.left, change);
  return { op: value.op, left, right: mapLeaves(value.right, change) };
}

function mapTest(test: Test, change: (value: Value) => Value): Test {
  switch (test.op) {
    case "not":
      return { op: "not", of: mapTest(test.of, change) };
    case "and":
    case "or": {
      const left = mapTest(test.left, change);
      return { op: test.op, left, right: mapTest(test.right, change) };
    }
    default: {
      const left = change(test.left);
      return { op: test.op, left, right: change(test.right) };
    }
  }
}
