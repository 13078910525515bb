/** Writes a kernel again, with its runs as loops. */
import type { Kernel, Place, Statement, Value } from "../kernel.ts";
import { mapLeaves, mapTest } from "../leaves.ts";
import { sizeOfStatement } from "../split.ts";
import { defaults } from "./defaults.ts";
import { margin, originOf } from "./origins.ts";
import { leavesOf, type Run, type Sequence } from "./runs.ts";

/** Name of the work array for values that outlive their repetition. */
const store = "rolled";
export function write(
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
        const origin = originOf(leaf, run, homes, home)!;
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
