/** Reading equations: precedence, literals, places of mistakes, and that what is read can be printed and read again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GreyboxError, isGreyboxError, parseUnit } from "../../../src/core/index.ts";
import { evaluateExpression } from "../../../src/models/graph/evaluate.ts";
import { nameToLatex, type Problem, parseExpression, printExpression, toLatex } from "../../../src/models/index.ts";
import { limits } from "../../../src/models/language/token.ts";
import { unitWords } from "../../../src/models/language/words.ts";
import { expression, names } from "./arbitrary.ts";

const scope = new Set<string>(["k", "k0", "cA", "cF", "q", "V", "T", "x", "h", "r1.T", "s[1]", "trays[3].x", "r.W[3,2]"]);

function problemsOf(text: string, declared: ReadonlySet<string> = scope): readonly Problem[] {
  try {
    parseExpression(text, { names: declared });
  } catch (error) {
    if (isGreyboxError(error, "model/expression")) return error.details.problems as readonly Problem[];
    throw error;
  }
  return [];
}

const printed = (text: string): string => printExpression(parseExpression(text, { names: scope }));
const value = (text: string, of: Readonly<Record<string, number>> = {}): number =>
  evaluateExpression(parseExpression(text), (name) => of[name] ?? Number.NaN);

test("operators bind as in mathematics", () => {
  assert.equal(value("2 + 3*4"), 14);
  assert.equal(value("2^3^2"), 512);
  assert.equal(value("-2^2"), -4);
  assert.equal(value("(-2)^2"), 4);
  assert.equal(value("2^-1"), 0.5);
  assert.equal(value("8/4/2"), 1);
  assert.equal(value("8 - 4 - 2"), 2);
  assert.equal(value("-x*3", { x: 2 }), -6);
  assert.equal(value("2*-x", { x: 2 }), -4);
  assert.equal(value("if(1 < 2 or 1 < 0 and 1 < 0, 5, 6)"), 5);
  assert.equal(value("if(not (1 < 2) or 2 <= 2, 5, 6)"), 5);
  assert.equal(value("max(1, min(7, 5, 9), 3)"), 5);
});

test("what is printed reads as the same expression, with or without superfluous brackets", () => {
  const declared = new Set<string>(names);
  fc.assert(
    fc.property(expression, (tree) => {
      assert.deepEqual(parseExpression(printExpression(tree), { names: declared }), tree);
    }),
    { seed: 11, numRuns: 1500 },
  );
});

test("printing leaves no bracket that could be left out", () => {
  for (const text of [
    "q/V*(cF - cA) - k*cA",
    "(-k)^2",
    "-k^2",
    "x - (k - h)",
    "x/(k/h)",
    "x/k/h",
    "(x^k)^h",
    "x^k^h",
    "if(x > 3 K and not (k < h), 1, 2)",
    "5 L/min * V",
    "trays[3].x - s[1]*r.W[3,2]",
    "5 m/s * s[1]",
    "420 K / T",
    "(5 K)^2",
  ]) {
    assert.equal(printed(text), text);
  }
  assert.equal(printed("((x)) + (((k*h)))"), "x + k*h");
});

test("a number keeps its value as written, with or without exponent and unit", () => {
  assert.deepEqual(parseExpression("1e-3"), { op: "number", value: 1e-3 });
  assert.deepEqual(parseExpression("2.5E+3"), { op: "number", value: 2500 });
  assert.deepEqual(parseExpression(".5"), { op: "number", value: 0.5 });
  assert.deepEqual(parseExpression("5."), { op: "number", value: 5 });
  assert.deepEqual(parseExpression("420 K"), { op: "number", value: 420, unit: "K" });
  assert.deepEqual(parseExpression("-5 degC"), { op: "number", value: -5, unit: "degC" });
  assert.deepEqual(parseExpression("60 s/min"), { op: "number", value: 60, unit: "s/min" });
  assert.deepEqual(parseExpression("8.314 J/mol/K"), { op: "number", value: 8.314, unit: "J/mol/K" });
  assert.deepEqual(parseExpression("3 m^2/s^-1.5"), { op: "number", value: 3, unit: "m^2/s^-1.5" });
});

test("a declared name ends a unit literal, and so does a blank", () => {
  const literal = (op: "mul" | "div", number: number, unit: string, name: string) => ({
    op,
    left: { op: "number", value: number, unit },
    right: { op: "name", name },
  });
  assert.deepEqual(parseExpression("420 K/T", { names: scope }), literal("div", 420, "K", "T"));
  assert.deepEqual(parseExpression("5 L/min*cA", { names: scope }), literal("mul", 5, "L/min", "cA"));
  assert.deepEqual(parseExpression("5 L / h", { names: scope }), literal("div", 5, "L", "h"));
  assert.deepEqual(parseExpression("5 L/h"), { op: "number", value: 5, unit: "L/h" });
  assert.deepEqual(parseExpression("5 L / k", { names: scope }), literal("div", 5, "L", "k"));
  assert.deepEqual(parseExpression("2 m/2"), { op: "div", left: { op: "number", value: 2, unit: "m" }, right: { op: "number", value: 2 } });
});

test("a declared name that could as well be the unit is refused, with what to write instead", () => {
  const says = (text: string) => problemsOf(text).map(({ code, problem, remedy }) => [code, `${problem} ${remedy}`]);
  assert.deepEqual(says("2 V"), [
    [
      "model/unit-or-name",
      'In "2 V", "V" could be the unit or the quantity of that name that this model declares. Write 2*V for the product; for the quantity, declare a parameter with that unit.',
    ],
  ]);
  assert.match(says("5 L/h")[0]?.[1] ?? "", /Write "5 L \/ h" for the declared h/);
  assert.match(says("5 kg*s/h")[0]?.[1] ?? "", /Write "5 kg\*s \/ h"/);
  assert.equal(printed("9.81 m/s^2*h"), "9.81 m/s^2 * h");
});

test("every unit a literal may go on with is a unit", () => {
  for (const word of unitWords) assert.doesNotThrow(() => parseUnit(word), word);
});

test("undeclared names are all told, each once, with its place and the nearest names", () => {
  const problems = problemsOf("q/V*(cFF - cA) - kk*cFF");
  assert.deepEqual(
    problems.map(({ code, column, details }) => [code, column, details["name"], details["nearest"]]),
    [
      ["model/undeclared", 6, "cFF", ["cF"]],
      ["model/undeclared", 18, "kk", ["k", "k0"]],
    ],
  );
  assert.match(problems[0]?.remedy ?? "", /Did you mean "cF"\?/);
});

const refusals: readonly (readonly [text: string, code: string, column: number | undefined, says: RegExp])[] = [
  ["", "model/syntax", 1, /empty/],
  ["k +", "model/syntax", 3, /ends in the middle/],
  ["(k", "model/syntax", 1, /not closed/],
  ["k)", "model/syntax", 2, /closes nothing/],
  ["k + * x", "model/syntax", 5, /missing before "\*"/],
  ["max(k,)", "model/syntax", 7, /missing before "\)"/],
  ["1,5", "model/syntax", 2, /outside a function.* point/],
  ["k < T < V", "model/syntax", undefined, /Comparisons follow each other/],
  ["sin", "model/syntax", 1, /function and has no arguments/],
  ["1.2.3", "model/syntax", 4, /another point/],
  ["2x", "model/refused", 2, /"2" and "x" have no operator.*Write \*/],
  ["k x", "model/refused", 3, /"k" and "x" have no operator/],
  ["(k)(x)", "model/refused", 4, /no operator/],
  ["k(x)", "model/refused", 2, /"k" and "\(" have no operator/],
  ["3 sin(x)", "model/refused", 3, /no operator/],
  ["0x10", "model/refused", 2, /no operator/],
  ["1_000", "model/refused", 2, /no operator/],
  ["k % x", "model/refused", 3, /% is not an operator.*percent/],
  ["5!", "model/refused", 2, /Factorials/],
  ["k'", "model/refused", 2, /transposition/],
  ['"k"', "model/refused", 1, /Texts/],
  ["[1, 2]", "model/refused", 1, /Matrices/],
  ["k[1]", "model/undeclared", 1, /"k\[1\]" is not declared/],
  ["k[i]", "model/refused", 2, /indexing.* T\[3\]/],
  ["k [1]", "model/refused", 3, /indexing/],
  ["2 m[1]", "model/refused", 3, /no operator/],
  ["1:3", "model/refused", 2, /Ranges/],
  ["k ? 1 : 2", "model/refused", 3, /if\(condition, a, b\)/],
  ["k = 3", "model/refused", 3, /assigns/],
  ["f(x) = x", "model/unknown-function", 1, /"f" is not a function/],
  ["x => x", "model/refused", 3, /function definitions/i],
  ["k; x", "model/refused", 2, /one expression/],
  ["{a: 1}", "model/refused", 1, /Objects/],
  ["k && x", "model/refused", 3, /and, or, not/],
  ["k**2", "model/refused", 2, /Write \^/],
  ["k.", "model/refused", 2, /Property access/],
  ["k # c", "model/refused", 3, /comments/i],
  ["k .* x", "model/refused", 3, /Property access/],
  ["lookup(2*k, x)", "model/table", 1, /the first argument is not the name of a table/],
  ["lookup(k)", "model/arity", 1, /takes 2 or 3 arguments, not 1/],
  ["lookup(k, x, x, x)", "model/arity", 1, /takes 2 or 3 arguments, not 4/],
  ["delay(k)", "model/arity", 1, /takes 2 arguments, not 1/],
  ["exq(k)", "model/unknown-function", 1, /Did you mean "exp"/],
  ["sin(k, x)", "model/arity", 1, /"sin" takes 1 argument, not 2/],
  ["min(k)", "model/arity", 1, /"min" takes 2 or more arguments, not 1/],
  ["if(k < x, 1)", "model/arity", 1, /"if" takes 3 arguments, not 2/],
  ["1e400", "model/number", 1, /too large or too small/],
  ["1e-400", "model/number", 1, /too large or too small/],
  ["5 fortnights", "model/unit-unknown", 3, /"fortnights" in "5 fortnights" is not a unit/],
  ["\u0430 + k", "model/refused", 1, /U\+0430/],
  ["k \u2212 x", "model/refused", 3, /minus sign is U\+2212/],
  ["k\u00a0+ x", "model/refused", 2, /no-break space/],
  ["k + \u202e x", "model/refused", 5, /U\+202E/],
];

for (const [text, code, column, says] of refusals) {
  test(`${JSON.stringify(text)} is refused as ${code}`, () => {
    const [first, ...others] = problemsOf(text);
    assert.deepEqual([first?.code, first?.column, others.length], [code, column, 0]);
    assert.match(`${first?.problem} ${first?.remedy}`, says);
    assert.equal(first?.equation, text);
  });
}

test("size is limited in length, symbols, nesting and operators in a row", () => {
  const sum = (terms: number) => Array.from({ length: terms }, () => "x").join("+");
  assert.deepEqual(problemsOf(sum(900)), []);
  assert.equal(problemsOf(`${"(".repeat(limits.nesting)}x${")".repeat(limits.nesting)}`).length, 0);
  const tooLarge = [
    `x${" ".repeat(limits.length)}`,
    sum(limits.depth + 2),
    `${"(".repeat(limits.nesting + 1)}x${")".repeat(limits.nesting + 1)}`,
    `${"-".repeat(limits.nesting + 1)}x`.replaceAll("--", "- -").slice(0, limits.length),
    `x${"^x".repeat(limits.nesting + 1)}`,
    `${"not ".repeat(limits.nesting + 1)}x`,
    `${"sin(".repeat(limits.nesting + 1)}x${")".repeat(limits.nesting + 1)}`,
    Array.from({ length: 300 }, () => "-(".repeat(8)).join(""),
  ];
  for (const text of tooLarge) assert.deepEqual([text.slice(0, 20), problemsOf(text)[0]?.code], [text.slice(0, 20), "model/too-large"]);
});

test("the error is one sentence for one mistake, and a list for several", () => {
  assert.throws(() => parseExpression("kk*x", { names: scope, where: "derivatives.x" }), {
    name: "GreyboxError",
    message: 'The equation: derivatives.x = "kk*x", column 1: "kk" is not declared. Did you mean "k" or "k0"? [model/expression]',
  });
  assert.throws(
    () => parseExpression("kk*xx", { names: scope }),
    (error) => error instanceof GreyboxError && /has 2 mistakes:\n {2}1\. .*kk.*\n {2}2\. .*xx.*\n/.test(error.message),
  );
});

test("LaTeX shows fractions, indices and cases", () => {
  const latex = (text: string): string => toLatex(parseExpression(text));
  assert.equal(latex("k0*exp(-EoverR/T)"), String.raw`k_{0} \, \exp\left(-\frac{\mathrm{EoverR}}{T}\right)`);
  assert.equal(latex("(x - y)^2*3"), String.raw`{\left(x - y\right)}^{2} \cdot 3`);
  assert.equal(
    latex("if(x > 3 K, 1e-9, y)"),
    String.raw`\begin{cases} 10^{-9} & \text{if } x > 3\,\mathrm{K} \\ y & \text{otherwise} \end{cases}`,
  );
  assert.deepEqual(["rho_in", "cA", "r1.T", "UAin", "eps", "r1.T[3]"].map(nameToLatex), [
    String.raw`\rho_{\mathrm{in}}`,
    String.raw`c_{\mathrm{A}}`,
    String.raw`T_{\mathrm{r1}}`,
    String.raw`U_{\mathrm{Ain}}`,
    String.raw`\epsilon`,
    String.raw`T_{3,\mathrm{r1}}`,
  ]);
});

test("LaTeX has matching braces and brackets for any expression", () => {
  fc.assert(
    fc.property(expression, (tree) => {
      const latex = toLatex(tree);
      let depth = 0;
      for (const character of latex) {
        if (character === "{") depth += 1;
        if (character === "}") depth -= 1;
        assert.ok(depth >= 0);
      }
      assert.equal(depth, 0);
      assert.equal(latex.split("\\left").length, latex.split("\\right").length);
    }),
    { seed: 12, numRuns: 300 },
  );
});
