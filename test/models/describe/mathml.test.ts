/** What is seen means what is written: MathML is read back as a reader would, and must have the value of the equation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { setName, toMathML } from "../../../src/models/describe/index.ts";
import { sumOf } from "../../../src/models/describe/repeated.ts";
import { evaluateExpression } from "../../../src/models/graph/evaluate.ts";
import { type Expression, parseExpression, printExpression } from "../../../src/models/index.ts";
import { type Element, readMarkup } from "./markup.ts";

const values: Readonly<Record<string, number>> = { a: 1.7, b: -0.6, c: 2.3, x: 0.4 };
const lookup = (name: string): number => values[name]!;

const functionsOfOne = ["exp", "sqrt", "sin", "tanh", "abs", "floor", "log", "atan"] as const;

const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom("a", "b", "c", "x").map((name): Expression => ({ op: "name", name })),
    fc.constantFrom(2, 0.5, -3, 1e6, 2.5e-7, 1e7).map((value): Expression => ({ op: "number", value })),
    tie("e").map((of): Expression => ({ op: "neg", of })),
    fc
      .tuple(fc.constantFrom("add", "sub", "mul", "div", "pow"), tie("e"), tie("e"))
      .map(([op, left, right]): Expression => ({ op, left, right }) as Expression),
    fc.tuple(fc.constantFrom(...functionsOfOne), tie("e")).map(([name, of]): Expression => ({ op: "call", name, of: [of] })),
    fc.tuple(fc.constantFrom("min", "max"), tie("e"), tie("e")).map(([name, a, b]): Expression => ({ op: "call", name, of: [a, b] })),
    fc
      .tuple(tie("e"), tie("e"), tie("e"), tie("e"))
      .map(([left, right, yes, no]): Expression => ({ op: "if", test: { op: "lt", left, right }, yes, no })),
  ),
})).e;

/** Products of products are set without brackets, which is the same but for rounding: here, multiplied from the left as they are read. */
function fromTheLeft(e: Expression): Expression {
  switch (e.op) {
    case "mul": {
      const [left, right] = [fromTheLeft(e.left), fromTheLeft(e.right)];
      return right.op === "mul"
        ? fromTheLeft({ op: "mul", left: { op: "mul", left, right: right.left }, right: right.right })
        : { ...e, left, right };
    }
    case "add":
    case "sub":
    case "div":
    case "pow":
    case "lt":
      return { ...e, left: fromTheLeft(e.left), right: fromTheLeft(e.right) };
    case "neg":
      return { ...e, of: fromTheLeft(e.of) };
    case "call":
      return { ...e, of: e.of.map(fromTheLeft) };
    case "if":
      return { ...e, test: fromTheLeft(e.test), yes: fromTheLeft(e.yes), no: fromTheLeft(e.no) };
    default:
      return e;
  }
}

test("MathML read back by the rules of reading has the value of the expression, bit for bit", () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const text = seen(readMarkup(toMathML(expression)));
      assert.ok(Object.is(evaluateExpression(parseExpression(text), lookup), evaluateExpression(fromTheLeft(expression), lookup)), text);
    }),
    { numRuns: 3000, seed: 7 },
  );
});

test("conditions and their joints are read back, too", () => {
  for (const text of [
    "if(a < b and not (c > x or a == 1), a, b)",
    "if((a < b or c > x) and a >= 1, a, if(not (a < 1), 2, 3))",
    "if(a < b or c > x and a != 1, 1, 2)",
    "atan2(a, b)*log10(c)",
  ]) {
    const expression = parseExpression(text);
    const back = parseExpression(seen(readMarkup(toMathML(expression))));
    for (const a of [-2, 0.3, 1, 4]) {
      for (const b of [-1, 0.3, 5]) {
        const at = (name: string): number => ({ ...values, a, b })[name]!;
        assert.equal(evaluateExpression(back, at), evaluateExpression(expression, at), text);
      }
    }
  }
});

test("names are set with their index: letters in italics, words upright, parts and cells below the line", () => {
  const markup = ["k0", "rho_in", "EoverR", "r1.T", "T[3]", "trays[3].x", "Delta", "Th[2]", "r1.T.end"].map((name) => setName(name).markup);
  assert.deepEqual(markup, [
    "<msub><mi>k</mi><mn>0</mn></msub>",
    `<msub><mi>ρ</mi><mi mathvariant="normal">in</mi></msub>`,
    "<mi>EoverR</mi>",
    `<msub><mi>T</mi><mi mathvariant="normal">r1</mi></msub>`,
    "<msub><mi>T</mi><mn>3</mn></msub>",
    `<msub><mi>x</mi><mrow><mi mathvariant="normal">trays</mi><mo>,</mo><mn>3</mn></mrow></msub>`,
    "<mi>Δ</mi>",
    `<msub><mi>T</mi><mrow><mi mathvariant="normal">h</mi><mo>,</mo><mn>2</mn></mrow></msub>`,
    `<msub><mi>T</mi><mrow><mi mathvariant="normal">end</mi><mo>,</mo><mi mathvariant="normal">r1</mi></mrow></msub>`,
  ]);
});

test("a sum over cells has a sign of its own, where its terms differ by nothing but the cell", () => {
  const sum = (text: string): string | undefined => {
    const found = sumOf(parseExpression(text));
    return found && `${printExpression(found.term)} for ${found.range.join(" to ")}`.replaceAll("𝑗", "j");
  };
  assert.equal(sum("a*r[2]^2 + a*r[3]^2 + a*r[4]^2 + a*r[5]^2"), "a*r[j]^2 for 2 to 5");
  assert.equal(sum("(x[1] - x[2]) + (x[2] - x[3]) + (x[3] - x[4]) + (x[4] - x[5])"), "x[j] - x[j+1] for 1 to 4");
  for (const other of [
    "r[1] + r[2] + r[3]",
    "r[1] + r[2] + r[4] + r[5]",
    "2*r[1] + 3*r[2] + 2*r[3] + 2*r[4]",
    "r[1] + r[2] - r[3] + r[4]",
    "a + a + a + a",
  ])
    assert.equal(sum(other), undefined, other);
  const page = toMathML(parseExpression("k*(T[1] + T[2] + T[3] + T[4])"));
  assert.match(page, /<munderover><mo>∑<\/mo>.*<mn>1<\/mn>.*<mn>4<\/mn><\/munderover>/);
});

const signs: Readonly<Record<string, string>> = {
  "−": "-",
  "·": "*",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "=": "==",
  "∧": " and ",
  "∨": " or ",
  "¬": "not ",
};
const printed: Readonly<Record<string, string>> = { ln: "log", arctan: "atan" };

/** The text a reader sees: rows are read from left to right, only what is drawn in brackets is in brackets. */
function seen({ name, attributes, children, text }: Element): string {
  const inside = (): string => children.map(seen).join("");
  switch (name) {
    case "mfrac":
      return `((${seen(children[0]!)})/(${seen(children[1]!)}))`;
    case "msup":
      return `${seen(children[0]!)}^(${seen(children[1]!)})`;
    case "msub":
      return seen(children[0]!) === "log" ? "log10" : assert.fail("no index expected");
    case "msqrt":
      return `sqrt(${inside()})`;
    case "mspace":
      return "*";
    case "mo":
      return text === "\u2061" || text === "&#x2061;" ? "" : (signs[text] ?? text);
    case "mi":
      return printed[text] ?? text;
    case "mn":
      return text;
    case "mrow": {
      const [first] = children;
      if (first?.attributes["fence"] !== "true" || first.text === "(") return inside();
      const middle = children.slice(1, -1).map(seen).join("");
      if (first.text === "|") return `abs(${middle})`;
      if (first.text === "⌊") return `floor(${middle})`;
      const lines = children[1]!.children.map(({ children: [value, when] }) => [seen(value!), when!.children[0]!] as const);
      const otherwise = lines.at(-1)![0];
      return lines
        .slice(0, -1)
        .reduceRight((rest, [value, when]) => `if(${when.children.slice(1).map(seen).join("")}, ${value}, ${rest})`, otherwise);
    }
    case "mtd":
      return inside();
    default:
      return assert.fail(`unknown element ${name} ${JSON.stringify(attributes)}`);
  }
}
