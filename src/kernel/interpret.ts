/** Runs a kernel by walking it. Slow and obvious: the oracle of every emitter. */
import { binary, comparison, unary } from "./arithmetic.ts";
import type { Kernel, KernelFunction, Place, Statement, Test, Value } from "./kernel.ts";

/**
 * The kernel as a function that interprets it, with the calling convention of `instantiate`.
 *
 * @param rounded  what becomes of each number and each result of an operation: `Math.fround` for arithmetic in single precision
 */
export function interpret(kernel: Kernel, rounded: (value: number) => number = (value) => value): KernelFunction {
  return (...operands) => {
    const scalars = new Map<string, number>();
    const arrays = new Map<string, Float64Array>();
    let next = 0;
    for (const { name } of kernel.scalars) scalars.set(name, operands[next++] as number);
    for (const { name, role, length } of kernel.arrays) {
      arrays.set(name, role === "work" ? new Float64Array(length ?? 0).fill(Number.NaN) : (operands[next++] as Float64Array));
    }
    const run: Run = { scalars, arrays, locals: new Map(), loops: new Map(), rounded };
    for (const statement of kernel.body) execute(statement, run);
  };
}

interface Run {
  readonly scalars: Map<string, number>;
  readonly arrays: Map<string, Float64Array>;
  readonly locals: Map<number, number>;
  readonly loops: Map<string, number>;
  rounded(value: number): number;
}

function execute(statement: Statement, run: Run): void {
  switch (statement.do) {
    case "let":
      run.locals.set(statement.local, evaluate(statement.value, run));
      return;
    case "store":
      run.arrays.get(statement.array)![placeOf(statement.at, run)] = evaluate(statement.value, run);
      return;
    case "loop": {
      const count = typeof statement.count === "number" ? statement.count : run.scalars.get(statement.count)!;
      for (let i = 0; i < count && (statement.while === undefined || holds(statement.while.test, run)); i++) {
        run.loops.set(statement.loop, i);
        for (const inner of statement.body) execute(inner, run);
      }
      return;
    }
    default:
      statement satisfies never;
  }
}

function placeOf(place: Place, run: Run): number {
  let index = place.offset;
  for (const { loop, by } of place.strides ?? []) index += by * run.loops.get(loop)!;
  return index;
}

function evaluate(value: Value, run: Run): number {
  switch (value.op) {
    case "number":
      return run.rounded(value.value);
    case "local":
      return run.locals.get(value.local)!;
    case "scalar":
      return run.scalars.get(value.name)!;
    case "load":
      return run.arrays.get(value.array)![placeOf(value.at, run)]!;
    case "select":
      return holds(value.test, run) ? evaluate(value.yes, run) : evaluate(value.no, run);
    default:
      return run.rounded(
        "of" in value ? unary[value.op](evaluate(value.of, run)) : binary[value.op](evaluate(value.left, run), evaluate(value.right, run)),
      );
  }
}

function holds(test: Test, run: Run): boolean {
  switch (test.op) {
    case "not":
      return !holds(test.of, run);
    case "and":
      return holds(test.left, run) && holds(test.right, run);
    case "or":
      return holds(test.left, run) || holds(test.right, run);
    default:
      return comparison[test.op](evaluate(test.left, run), evaluate(test.right, run));
  }
}
