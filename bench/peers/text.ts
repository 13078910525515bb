/**
 * Kernels as text of C and Python, so that peers solve the very equations that Greybox does: operation by operation, in the same order.
 *
 * Python's functions get a namespace `m` of mathematics (`exp`, `where`, …), so that one text serves plain floats, CasADi and JAX.
 */
import { type Comparison, isBinary, type Kernel, type Place, type Statement, type Test, type Value } from "greybox/kernel";

/** `void name(double t, …, const double *x, …, double *out)`, operands as the kernel has them. */
export function toC(kernel: Kernel, name: string): string {
  const operands = [
    ...kernel.scalars.map((scalar) => `${scalar.type === "integer" ? "int" : "double"} ${scalar.name}`),
    ...kernel.arrays
      .filter(({ role }) => role !== "work")
      .map((array) => `${array.role === "in" ? "const " : ""}double *restrict ${array.name}`),
  ];
  const work = kernel.arrays.flatMap((array) => (array.role === "work" ? [`  static double ${array.name}[${array.length ?? 1}];`] : []));
  return [`void ${name}(${operands.join(", ")}) {`, ...work, ...kernel.body.flatMap((one) => statement(one, "  ", c)), "}", ""].join("\n");
}

/** `def name(t, …, x, …, m)`, which gives a list of `size` results. */
export function toPython(kernel: Kernel, name: string, size: number): string {
  const operands = [...kernel.scalars, ...kernel.arrays.filter(({ role }) => role === "in")].map((operand) => operand.name);
  const lines = kernel.body.flatMap((one) => statement(one, "    ", python));
  return [`def ${name}(${operands.join(", ")}, m):`, `    out = [0.0] * ${size}`, ...lines, "    return out", ""].join("\n");
}

interface Language {
  let(name: string, value: string): string;
  readonly end: string;
  loop(loop: string, count: number | string): string;
  readonly close: string | undefined;
  number(value: number): string;
  call(operation: string, operands: readonly string[]): string;
  select(test: string, yes: string, no: string): string;
  both(op: "and" | "or", left: string, right: string): string;
  not(of: string): string;
}

const double = (value: number): string => {
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
};
const cNames: Readonly<Record<string, string>> = { abs: "fabs", min: "fmin", max: "fmax" };

const c: Language = {
  let: (name, value) => `const double ${name} = ${value};`,
  end: ";",
  loop: (loop, count) => `for (int ${loop} = 0; ${loop} < ${count}; ${loop}++) {`,
  close: "}",
  number: double,
  call: (operation, operands) =>
    operation === "sign" ? `((${operands[0]} > 0) - (${operands[0]} < 0))` : `${cNames[operation] ?? operation}(${operands.join(", ")})`,
  select: (test, yes, no) => `(${test} ? ${yes} : ${no})`,
  both: (op, left, right) => `(${left} ${op === "and" ? "&&" : "||"} ${right})`,
  not: (of) => `!${of}`,
};

const python: Language = {
  let: (name, value) => `${name} = ${value}`,
  end: "",
  loop: (loop, count) => `for ${loop} in range(${count}):`,
  close: undefined,
  number: double,
  call: (operation, operands) => `m.${operation}(${operands.join(", ")})`,
  select: (test, yes, no) => `m.where(${test}, ${yes}, ${no})`,
  both: (op, left, right) => `m.${op}_(${left}, ${right})`,
  not: (of) => `m.not_(${of})`,
};

function statement(one: Statement, indent: string, language: Language): string[] {
  switch (one.do) {
    case "let":
      return [`${indent}${language.let(`v${one.local}`, write(one.value, language))}`];
    case "store":
      return [`${indent}${one.array}[${place(one.at)}] = ${write(one.value, language)}${language.end}`];
    case "loop": {
      const inner = one.body.flatMap((each) => statement(each, `${indent}    `, language));
      return [`${indent}${language.loop(one.loop, one.count)}`, ...inner, ...(language.close ? [indent + language.close] : [])];
    }
    default:
      throw new Error(`The peers' text has no statement "${(one as { do: string }).do}" yet.`);
  }
}

const infix: Readonly<Record<string, string>> = { add: "+", sub: "-", mul: "*", div: "/" };
const relations: Readonly<Record<string, string>> = { lt: "<", le: "<=", gt: ">", ge: ">=", eq: "==", ne: "!=" };

function write(value: Value, language: Language): string {
  switch (value.op) {
    case "number":
      return value.value < 0 || Object.is(value.value, -0) ? `(${language.number(value.value)})` : language.number(value.value);
    case "local":
      return `v${value.local}`;
    case "scalar":
      return value.name;
    case "load":
      return `${value.array}[${place(value.at)}]`;
    case "select":
      return language.select(test(value.test, language), write(value.yes, language), write(value.no, language));
    case "neg":
      return `(-${write(value.of, language)})`;
    default: {
      if (!("left" in value)) return language.call(value.op, [write(value.of, language)]);
      const [left, right] = [write(value.left, language), write(value.right, language)];
      const sign = infix[value.op];
      if (sign !== undefined) return `(${left} ${sign} ${right})`;
      if (!isBinary(value.op)) throw new Error(`The peers' text has no operation "${value.op}" yet.`);
      return language.call(value.op, [left, right]);
    }
  }
}

function test(one: Test, language: Language): string {
  if (one.op === "not") return language.not(test(one.of, language));
  if (one.op === "and" || one.op === "or") return language.both(one.op, test(one.left, language), test(one.right, language));
  const { op, left, right } = one as Extract<Test, { readonly op: Comparison; readonly left: Value }>; // Told apart by `op` above.
  return `(${write(left, language)} ${relations[op]} ${write(right, language)})`;
}

function place({ offset, strides = [] }: Place): string {
  const terms = strides.map(({ loop, by }) => (by === 1 ? loop : `${loop} * ${by}`));
  if (offset !== 0 || terms.length === 0) terms.push(String(offset));
  return terms.join(" + ");
}
