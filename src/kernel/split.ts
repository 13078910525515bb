/**
 * Cuts a long kernel into several short ones that run one after the other.
 *
 * V8 stops optimising functions whose bytecode exceeds a limit: the same straight-line right-hand side costs 6 ns a state at 22 kB of source
 * and 114 ns at 35 kB. A value needed on both sides of a cut goes through a work array; loads are simply done again.
 */
import type { Kernel, Statement, Test, Value } from "./kernel.ts";

export const defaults = {
  /** Operations in one function; about 13 kB of source. */
  operations: 1000,
} as const;

/** Name of the work array that carries values across cuts. */
const carrier = "carried";

/**
 * The same computation in parts. One part, the kernel itself, where it is short enough.
 *
 * @param operations  most operations in a part; a single statement that has more stays whole
 */
export function splitKernel(kernel: Kernel, operations: number = defaults.operations): readonly Kernel[] {
  const sizes = kernel.body.map(sizeOfStatement);
  if (sizes.reduce((sum, size) => sum + size, 0) <= operations) return [kernel];

  const chunks: Statement[][] = [[]];
  let filled = 0;
  for (const [i, statement] of kernel.body.entries()) {
    if (filled > 0 && filled + sizes[i]! > operations) {
      chunks.push([]);
      filled = 0;
    }
    chunks.at(-1)!.push(statement);
    filled += sizes[i]!;
  }

  return cutKernel(kernel, chunks, carrier).kernels;
}

/**
 * The parts of a kernel as kernels of their own, to be called one after the other; later ones may use locals of earlier ones. `array` names
 * the work array, `carried` long, that takes values across cuts: where it must last from one call to the next, it is the caller's to keep.
 */
export function cutKernel(
  kernel: Kernel,
  chunks: readonly (readonly Statement[])[],
  array: string,
): { readonly kernels: readonly Kernel[]; readonly carried: number } {
  const home = new Map<number, { chunk: number; statement: Statement & { do: "let" } }>();
  for (const [chunk, statements] of chunks.entries()) {
    for (const statement of statements) if (statement.do === "let") home.set(statement.local, { chunk, statement });
  }
  const slots = new Map<number, number>();
  const inputs = new Set(kernel.arrays.filter(({ role }) => role === "in").map(({ name }) => name));
  const imports = chunks.map((statements, chunk) => {
    const foreign = new Set<number>();
    for (const statement of statements) {
      eachLocal(statement, (local) => {
        const definition = home.get(local);
        if (definition === undefined || definition.chunk === chunk) return;
        foreign.add(local);
        if (!isCheap(definition.statement.value, inputs) && !slots.has(local)) slots.set(local, slots.size);
      });
    }
    return foreign;
  });

  const arrays = slots.size > 0 ? [...kernel.arrays, { name: array, role: "work" as const, length: slots.size }] : kernel.arrays;
  const kernels = chunks.map((statements, chunk) => {
    const body: Statement[] = [];
    for (const local of imports[chunk]!) {
      const { statement } = home.get(local)!;
      const slot = slots.get(local);
      const value: Value = slot === undefined ? statement.value : { op: "load", array, at: { offset: slot } };
      body.push({ ...statement, value });
    }
    for (const statement of statements) {
      body.push(statement);
      const slot = statement.do === "let" ? slots.get(statement.local) : undefined;
      if (statement.do === "let" && slot !== undefined) {
        body.push({ do: "store", array, at: { offset: slot }, value: { op: "local", local: statement.local } });
      }
    }
    return { ...kernel, name: `${kernel.name}${chunk + 1}`, arrays, body };
  });
  return { kernels, carried: slots.size };
}

/** A value that is as quickly had again as carried. */
function isCheap(value: Value, inputs: ReadonlySet<string>): boolean {
  return value.op === "number" || value.op === "scalar" || (value.op === "load" && inputs.has(value.array));
}

/** Number of operations in a statement; those of a loop's body count once. */
export function sizeOfStatement(statement: Statement): number {
  if (statement.do !== "loop") return 1 + sizeOf(statement.value);
  return statement.body.reduce((sum, inner) => sum + sizeOfStatement(inner), statement.while ? 1 + sizeOf(statement.while.test) : 1);
}

/** Number of operations in a kernel; those of a loop's body count once. */
export const sizeOfKernel = ({ body }: Kernel): number => body.reduce((sum, statement) => sum + sizeOfStatement(statement), 0);

/** Number of operations in a value. */
export function sizeOf(value: Value | Test): number {
  if ("of" in value) return 1 + sizeOf(value.of);
  if ("left" in value) return 1 + sizeOf(value.left) + sizeOf(value.right);
  if (value.op === "select") return 1 + sizeOf(value.test) + sizeOf(value.yes) + sizeOf(value.no);
  return 1;
}

function eachLocal(statement: Statement, visit: (local: number) => void): void {
  if (statement.do === "loop") {
    if (statement.while) eachLocalIn(statement.while.test, visit);
    for (const inner of statement.body) eachLocal(inner, visit);
  } else eachLocalIn(statement.value, visit);
}

function eachLocalIn(value: Value | Test, visit: (local: number) => void): void {
  if (value.op === "local") visit(value.local);
  else if ("of" in value) eachLocalIn(value.of, visit);
  else if ("left" in value) {
    eachLocalIn(value.left, visit);
    eachLocalIn(value.right, visit);
  } else if (value.op === "select") {
    eachLocalIn(value.test, visit);
    eachLocalIn(value.yes, visit);
    eachLocalIn(value.no, visit);
  }
}
