/**
 * Kernels as WGSL compute shaders: every invocation computes one member of an ensemble, in single precision, which is all WGSL has.
 *
 * A pass over an ensemble agrees with double precision to some 1e-6 of each term, more where terms cancel; exp and pow lose a further digit
 * for every digit of the exponent. WGSL does not promise NaN and infinity, so a member that needs them is undefined.
 */
import { GreyboxError } from "../core/index.ts";
import { checkKernel } from "./check.ts";
import { commentText, type Dialect, level, localName, writeTest, writeValue } from "./infix.ts";
import type { BinaryOperation, Kernel, Place, Statement, UnaryOperation } from "./kernel.ts";

export const defaults = {
  /** Invocations in a workgroup. */
  workgroup: 64,
} as const;

/**
 * A shader module with one entry point, called as the kernel is.
 *
 * Binding 0 is a uniform of four-byte words: the number of members, then the kernel's scalars in order (u32 for integers, f32 for numbers).
 * Bindings 1, 2, … are the kernel's arrays that are not `work`, in order, as storage buffers of f32: element i of member m is at
 * `i·members + m`. All are in group 0. Dispatch ⌈members / workgroup⌉ workgroups.
 *
 * @throws GreyboxError `kernel/single-precision` for a number that single precision cannot hold; and as `emitJavaScript`
 */
export function emitWgsl(kernel: Kernel, workgroup: number = defaults.workgroup): string {
  checkKernel(kernel);
  const names = new Map<number, string>();
  const dialect = wgsl(kernel, names);
  const lines: string[] = [];
  const emit = (statement: Statement, indent: string): void => {
    switch (statement.do) {
      case "let": {
        const value = writeValue(statement.value, level.any, dialect);
        const name = localName(statement.hint, statement.local);
        names.set(statement.local, name);
        lines.push(`${indent}let ${name} = ${value};${commentText(statement.comment)}`);
        return;
      }
      case "store": {
        const value = writeValue(statement.value, level.any, dialect);
        lines.push(`${indent}${dialect.load(statement.array, statement.at)} = ${value};${commentText(statement.comment)}`);
        return;
      }
      case "loop": {
        const { loop, count, body } = statement;
        const counter = named(loop);
        const end = typeof count === "number" ? `${count}u` : `call_.${named(count)}`;
        lines.push(`${indent}for (var ${counter} = 0u; ${counter} < ${end}; ${counter}++) {`);
        if (statement.while)
          lines.push(`${indent}  if (!(${writeTest(statement.while.test, level.any, dialect)})) {`, `${indent}    break;`, `${indent}  }`);
        for (const inner of body) emit(inner, `${indent}  `);
        lines.push(`${indent}}`);
        return;
      }
      default:
        statement satisfies never;
    }
  };
  for (const statement of kernel.body) emit(statement, "  ");
  return `${[...declarations(kernel), ...functions, ...entry(kernel, workgroup), ...lines, "}"].join("\n")}\n`;
}

/** WGSL reserves many words; none ends in an underscore. */
const named = (name: string): string => `${name}_`;

function declarations({ scalars, arrays }: Kernel): string[] {
  const outside = arrays.filter(({ role }) => role !== "work");
  return [
    "struct Call_ {",
    "  members_: u32,",
    ...scalars.map(({ name, type }) => `  ${named(name)}: ${type === "integer" ? "u32" : "f32"},`),
    "}",
    "@group(0) @binding(0) var<uniform> call_: Call_;",
    ...outside.map(
      ({ name, role }, i) =>
        `@group(0) @binding(${i + 1}) var<storage, ${role === "in" ? "read" : "read_write"}> ${named(name)}: array<f32>;`,
    ),
    ...arrays.flatMap(({ name, role, length }) =>
      role === "work" ? [`var<private> ${named(name)}: array<f32, ${Math.max(1, length ?? 0)}>;`] : [],
    ),
  ];
}

function entry({ name }: Kernel, workgroup: number): string[] {
  return [
    `@compute @workgroup_size(${workgroup})`,
    `fn ${named(name)}(@builtin(global_invocation_id) id_: vec3<u32>) {`,
    "  let member_ = id_.x;",
    "  if (member_ >= call_.members_) {",
    "    return;",
    "  }",
  ];
}

/** WGSL's pow is not defined for negative bases, which have whole powers. */
const functions = [
  "fn power_(x: f32, y: f32) -> f32 {",
  "  if (x > 0f) {",
  "    return pow(x, y);",
  "  }",
  "  if (y == 0f) {",
  "    return 1f;",
  "  }",
  "  if (x == 0f) {",
  "    return select(1f / x, 0f, y > 0f);",
  "  }",
  "  let size = pow(-x, y);",
  "  return select(size, -size, fract(0.5f * y) != 0f);",
  "}",
];

function wgsl(kernel: Kernel, names: ReadonlyMap<number, string>): Dialect {
  const work = new Set(kernel.arrays.filter(({ role }) => role === "work").map(({ name }) => name));
  return {
    number(value) {
      const single = Math.fround(value);
      if (!Number.isFinite(single) || (single === 0 && value !== 0)) {
        throw new GreyboxError("kernel/single-precision", { kernel: kernel.name, value });
      }
      return `${Object.is(value, -0) ? "-0" : value}f`;
    },
    local: (local) => names.get(local)!,
    scalar: (name) => `call_.${named(name)}`,
    load: (array, at) =>
      work.has(array) ? `${named(array)}[${placeText(at)}]` : `${named(array)}[(${placeText(at)}) * call_.members_ + member_]`,
    call,
    select: (test, yes, no) => `select(${no}, ${yes}, ${test})`,
    comparisons: { eq: "==", ne: "!=" },
  };
}

function call(operation: UnaryOperation | BinaryOperation, operands: readonly string[]): string {
  const inside = operands.join(", ");
  if (operation === "log10") return `(log(${inside}) * 0.4342945f)`;
  return operation === "pow" ? `power_(${inside})` : `${operation}(${inside})`;
}

function placeText({ offset, strides = [] }: Place): string {
  const terms = strides.map(({ loop, by }) => `${named(loop)} * ${by}u`);
  if (offset !== 0 || terms.length === 0) terms.push(`${offset}u`);
  return terms.join(" + ");
}
