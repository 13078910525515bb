/** Equations from people who are not trusted: an expression or a named error, never a crash, a hang or a host object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isGreyboxError } from "../../../src/core/index.ts";
import { checkDefinition, type Expression, functions, namesIn, parseExpression } from "../../../src/models/index.ts";

const scope = new Set(["x", "k", "T"]);
const tree = new Set([
  "number",
  "name",
  "neg",
  "not",
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "lt",
  "le",
  "gt",
  "ge",
  "eq",
  "ne",
  "and",
  "or",
  "if",
  "call",
  "lookup",
  "delay",
]);
const tables = new Map([["cp", undefined]]);

/** Every node is one of ours, plain data, with finite numbers, known functions and declared names. */
function assertClosed(expression: Expression): void {
  assert.ok(tree.has(expression.op) && Object.getPrototypeOf(expression) === Object.prototype);
  if (expression.op === "number") assert.ok(Number.isFinite(expression.value));
  if (expression.op === "call") assert.ok(Object.hasOwn(functions, expression.name));
  if (expression.op === "lookup") assert.ok(tables.has(expression.table));
  for (const name of namesIn(expression)) assert.ok(scope.has(name) || name === "t", name);
  const parts = Object.values(expression).flat();
  for (const part of parts) if (typeof part === "object") assertClosed(part as Expression);
}

/** True when the text was taken. */
function survives(text: string): boolean {
  let expression: Expression;
  try {
    expression = parseExpression(text, { names: scope, tables });
  } catch (error) {
    assert.ok(isGreyboxError(error, "model/expression"), `${JSON.stringify(text)}: ${error}`);
    assert.ok(error.details.problems.length > 0);
    return false;
  }
  assertClosed(expression);
  return true;
}

const corpus = [
  "constructor",
  "x.constructor",
  'x.constructor("return process")()',
  'x["constructor"]["constructor"]("return this")()',
  "__proto__",
  "x.__proto__.polluted",
  "toString()",
  "hasOwnProperty(x)",
  "valueOf(x)",
  "constructor(x)",
  "__proto__(x)",
  "import(x)",
  'require("fs")',
  "process.exit(1)",
  "globalThis",
  "eval(x)",
  'eval("1")',
  "Function(x)",
  "this",
  "this.constructor",
  "x = 1",
  "f(x) = x",
  "f(x) := x",
  "(() => 1)()",
  "x => x",
  "`$" + "{x}`",
  "x; process.exit()",
  "x\n;k",
  "cos.constructor(x)",
  "cos.apply(x)",
  "cos[1]",
  "parse(x)",
  "compile(x)",
  "evaluate(x)",
  "derivative(x, k)",
  "simplify(x)",
  "resolve(x)",
  "createUnit(x)",
  "unit(x)",
  "typed(x)",
  "chain(x)",
  "config(x)",
  "expression",
  "math",
  "v0",
  "f0(x)",
  "v1 + f2(x)",
  "x to k",
  "x in k",
  "x mod k",
  "x xor k",
  "mod",
  "to",
  "end",
  "true",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "i",
  "e",
  "pi",
  "1i",
  "5 degC to K",
  "x'",
  "x!",
  "x*/k",
  "/* */ x",
  "x // k",
  "x */ alert(1) /* k",
  "\\u0078",
  "\u0078",
  "х", // Cyrillic
  "ｘ", // full width
  "𝐱", // mathematical bold
  "x\u0301",
  "x\u200b",
  "\ufeffx",
  "\u2028x",
  "x\0",
  "\ud800",
  "9".repeat(5000),
  `1e${"9".repeat(50)}`,
  `1e-${"9".repeat(50)}`,
  `0.${"0".repeat(9000)}1`,
  "x^1e308",
  "1 m^1e308",
  `1 m^${"9".repeat(400)}`,
  "9^9^9^9^9^9^9",
  "(".repeat(9999),
  ")".repeat(9999),
  "-".repeat(9999),
  "- ".repeat(4999),
  "+ ".repeat(4999),
  "x^".repeat(4999),
  "not ".repeat(2499),
  "(-".repeat(4999),
  "if(".repeat(3000),
  "min(x,".repeat(1600),
  "a".repeat(9999),
  "a.".repeat(4999),
  "a ".repeat(4999),
  "1 K/".repeat(2000),
  `1 ${"K/".repeat(4000)}K`,
  `1 ${"K*".repeat(4000)}K`,
  `${"x+".repeat(4999)}x`,
  `${"x*".repeat(999)}x`,
];

test("no attempt of the corpus gets through, but for plain mathematics", () => {
  const taken = corpus.filter(survives);
  assert.deepEqual(taken, ["\u0078", "x^1e308", "9^9^9^9^9^9^9", `${"x*".repeat(999)}x`]);
});

test("the same attempts do no harm as names and as units", () => {
  for (const text of corpus) {
    const definition = JSON.parse(
      `{"name":"m","time":"s","inputs":{${JSON.stringify(text)}:"1"},"states":{"x":{"unit":${JSON.stringify(text)},"initial":1}},"derivatives":{"x":"0"},"events":{${JSON.stringify(text)}:{"when":"x","then":{${JSON.stringify(text)}:"x"}}}}`,
    );
    assert.ok(checkDefinition(definition).problems.length > 0, text);
  }
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("text of any kind is taken or refused by name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => void survives(text)),
    { seed: 21, numRuns: 5000 },
  );
});

test("pieces of the language in any order are taken or refused by name", () => {
  const pieces = [
    ...Object.keys(functions),
    "if(",
    "x",
    "k",
    "T",
    "t",
    "q",
    "1",
    "2.5e-3",
    ".",
    "e",
    " ",
    " ",
    "K",
    "L/min",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    "(",
    ")",
    ")",
    ",",
    "<",
    "<=",
    "==",
    "!=",
    "and",
    "or",
    "not",
    "!",
    "=",
  ];
  let taken = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
      if (survives(parts.join(""))) taken += 1;
    }),
    { seed: 22, numRuns: 20_000 },
  );
  assert.ok(taken > 200, `${taken} were taken: the generator must also reach the parser`);
});
