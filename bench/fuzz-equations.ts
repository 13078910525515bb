/**
 * Equations from nobody in particular: a million texts, written right, written nearly right and written to break in. Each must end as a
 * checked model that gives numbers, or as a refusal with a code; none may hang, crash, or reach an object of the host.
 *
 * `node --conditions=greybox-source --import tsx bench/fuzz-equations.ts [count] [seed]` prints how many of each, and the slowest text.
 */
import { isGreyboxError } from "greybox/core";
import { modelFromDefinition, parseExpression } from "greybox/models";

const [count = 1_000_000, seed = 20261122] = process.argv.slice(2).map(Number);

interface Random {
  uniform(): number;
  /** From 0 up to below `below`. */
  integer(below: number): number;
}

/** Mulberry32 (T. Ettinger, 2017): small, and the same everywhere. */
function random(from: number): Random {
  let state = from >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
  return { uniform, integer: (below) => Math.floor(uniform() * below) };
}

/** No text may take longer than this. */
const longestMilliseconds = 1000;

const names = ["x", "k", "T", "t", "r1.T", "trays[3].x"];
const operators = ["+", "-", "*", "/", "^", " < ", " <= ", " > ", " >= ", " == ", " != ", " and ", " or "];
const functions = ["exp", "log", "log10", "sqrt", "sin", "cos", "tan", "atan", "tanh", "abs", "sign", "floor", "ceil"];

/** Attempts that have worked on evaluators somewhere. */
const injections = [
  "constructor.constructor('return process')()",
  "x.constructor",
  "__proto__.polluted = 1",
  "x.__proto__",
  "import('fs')",
  "require('child_process').execSync('id')",
  "process.exit(1)",
  "globalThis.canary()",
  "this",
  "eval('canary()')",
  "Function('canary()')()",
  "(()=>canary())()",
  "cos.transform.constructor('canary()')()",
  'evaluate("1")',
  'parse("x").constructor',
  "createUnit('canary')",
  "f(x) = canary(x)",
  "x = 5",
  "[1,2,3][1]",
  "{a: 1}.a",
  "`${canary()}`",
  "x; canary()",
  "x\u2028canary()",
  "*/ canary() /*",
  "x // canary()",
  "x + cаnary", // Cyrillic а
  "toString()",
  "hasOwnProperty",
  "valueOf(x)",
  "lookup(__proto__, x)",
  "lookup(constructor, x)",
  "delay(constructor, 1)",
  "if(constructor, 1, 2)",
  "1e309",
  "9".repeat(400),
  "x^".repeat(200) + "x",
  "(".repeat(3000),
  "-".repeat(4000) + "x",
  "not ".repeat(2000) + "x",
  "x+".repeat(4900) + "x",
  "if(x>1,".repeat(150) + "1" + ",2)".repeat(150),
  "min(" + "x,".repeat(2000) + "x)",
  "2^2^2^2^2^2",
  "1 m^999999999",
  "1 kg^-1e9",
  "5 " + "yotta".repeat(30),
  "x".repeat(20_000),
];
const pieces = [
  ...names,
  ...operators,
  ...functions,
  ...injections.slice(0, 24),
  "(",
  ")",
  ",",
  ".",
  "1",
  "1e-3",
  " K",
  " mol/L",
  "if(",
  "lookup(cp, ",
  "delay(x, ",
  "not ",
  "\u00a0",
  "\u202e",
  "＋",
  "µ",
  "²",
  "\0",
  "\\",
  "'",
  '"',
  "%",
  "$",
  "@",
  "=>",
  "?.",
  "…",
];

function pick<T>(draw: Random, list: readonly T[]): T {
  return list[draw.integer(list.length)]!;
}

/** A text of the language. */
function sentence(draw: Random, depth: number): string {
  const kind = depth <= 0 ? draw.integer(3) : draw.integer(11);
  const inner = (): string => sentence(draw, depth - 1);
  if (kind === 0) return pick(draw, names);
  if (kind === 1) return String(Number((10 ** (6 * draw.uniform() - 3)).toPrecision(3)));
  if (kind === 2) return pick(draw, ["420 K", "60 s/min", "3 mol/L", "1", "0.5", "-2"]);
  if (kind === 3) return `${pick(draw, functions)}(${inner()})`;
  if (kind === 4) return `if(${inner()} > ${inner()}, ${inner()}, ${inner()})`;
  if (kind === 5) return `(${inner()})`;
  if (kind === 6) return `-${inner()}`;
  if (kind === 7) return `lookup(cp, ${inner()})`;
  if (kind === 8) return `${pick(draw, ["min", "max"])}(${inner()}, ${inner()})`;
  return `${inner()}${pick(draw, operators)}${inner()}`;
}

const soup = (draw: Random): string => Array.from({ length: 1 + draw.integer(12) }, () => pick(draw, pieces)).join("");
const noise = (draw: Random): string =>
  String.fromCodePoint(
    ...Array.from({ length: 1 + draw.integer(20) }, () => (draw.integer(4) > 0 ? 32 + draw.integer(95) : draw.integer(0xd800))),
  );

function mutated(draw: Random, text: string): string {
  let result = text;
  for (let i = draw.integer(4); i >= 0; i--) {
    const at = draw.integer(result.length + 1);
    const length = draw.integer(4);
    const put = pick(draw, ["", "", pick(draw, pieces), result.slice(at, at + 5)]);
    result = result.slice(0, at) + put + result.slice(at + length);
  }
  return result;
}

const kinds: Readonly<Record<string, (draw: Random) => string>> = {
  "of the language": (draw) => sentence(draw, 4),
  "nearly of the language": (draw) => mutated(draw, sentence(draw, 3)),
  "soup of symbols": soup,
  "attempts to break in": (draw) => (draw.integer(3) === 0 ? pick(draw, injections) : mutated(draw, pick(draw, injections))),
  noise,
};

let reached = 0;
Object.assign(globalThis, { canary: () => void reached++ });
const hostBefore = [Object.getOwnPropertyNames(Object.prototype), Object.getOwnPropertyNames(Function.prototype)].join();

const numbers = { unit: "1", value: 0.7 };
const scope = {
  names: new Set([...names, "cp"].filter((name) => name !== "t" && name !== "cp")),
  tables: new Map([["cp", undefined]]),
};
const shell = {
  name: "fuzz",
  time: "1",
  parameters: { k: numbers, "r1.T": numbers, "trays[3].x": numbers },
  inputs: { T: "1" },
  tables: { cp: { unit: { x: "1", value: "1" }, x: [0, 1, 3], values: [1, 4, 2], method: "monotone" } },
  states: { x: { unit: "1", initial: 0.3 } },
};

/** The code of the refusal, or what became of the text. */
function outcomeOf(text: string): string {
  try {
    parseExpression(text, scope);
  } catch (error) {
    if (!isGreyboxError(error, "model/expression")) throw error;
    return error.details.problems[0]!.code;
  }
  try {
    const system = modelFromDefinition({ ...shell, derivatives: { x: text } }).system();
    const out = new Float64Array(1);
    system.rhs.evaluate(0.1, Float64Array.of(0.3), Float64Array.of(1.2), system.p, out);
    return "taken, and evaluated";
  } catch (error) {
    if (isGreyboxError(error, "model/invalid")) return (error.details.problems[0] as { code: string }).code;
    if (isGreyboxError(error)) return error.code;
    throw error;
  }
}

const draw = random(seed);
const found = new Map<string, number>();
let slowest = { milliseconds: 0, text: "", outcome: "" };
const began = performance.now();
const makers = Object.values(kinds);
for (let i = 0; i < count; i++) {
  const text = makers[i % makers.length]!(draw);
  const start = performance.now();
  let outcome: string;
  try {
    outcome = outcomeOf(text);
  } catch (error) {
    console.error(`A text brought about what is no refusal:\n${JSON.stringify(text.slice(0, 2000))}\n`, error);
    process.exit(1);
  }
  const milliseconds = performance.now() - start;
  if (milliseconds > slowest.milliseconds) slowest = { milliseconds, text, outcome };
  found.set(outcome, (found.get(outcome) ?? 0) + 1);
}
const hostAfter = [Object.getOwnPropertyNames(Object.prototype), Object.getOwnPropertyNames(Function.prototype)].join();

console.log(`${count} texts, seed ${seed}: ${Object.keys(kinds).join(", ")}`);
for (const [outcome, times] of [...found].sort((a, b) => b[1] - a[1])) console.log(`${String(times).padStart(9)}  ${outcome}`);
console.log(
  `slowest: ${slowest.milliseconds.toFixed(1)} ms (${slowest.outcome}), ${slowest.text.length} characters: ${slowest.text.slice(0, 60)}`,
);
console.log(
  `mean: ${((1000 * (performance.now() - began)) / count).toFixed(1)} µs; reached the host: ${reached}; host changed: ${hostBefore !== hostAfter}`,
);
if (reached > 0 || hostBefore !== hostAfter || slowest.milliseconds > longestMilliseconds) process.exit(1);
