/**
 * Finds the loops in a long kernel: equations of cells and trays that differ only in the places they read and write become one body that
 * runs many times.
 *
 * Straight-line code of thousands of cells no longer fits the caches of a processor: the same right-hand side costs 50 ns a state at 200
 * states and 240 at 4 000. Every operation stays what it was, in the same order, so the result has the same bits.
 */
import type { Kernel, Statement, Value } from "../kernel.ts";
import { mapLeaves, mapTest } from "../leaves.ts";
import { sizeOfKernel } from "../split.ts";
import { defaults } from "./defaults.ts";
import { originOf, splitByOrigin } from "./origins.ts";
import { findRuns, leavesOf, type Run, type Sequence, type Simple, trim } from "./runs.ts";
import { write } from "./write.ts";

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
      leavesOf(run).every((leaf) => leaf.kind === "place" || originOf(leaf, run, homes, home) !== undefined);
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
