/** Random expressions of the language over x, y and z. */
import fc from "fast-check";
import { type Expression, functions } from "../../../src/models/language/expression.ts";

export const names = ["x", "y", "z"] as const;

const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names).map((name): Expression => ({ op: "name", name })) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, 2, 0.5, 3, -0, 1e-3, 12).map((value): Expression => ({ op: "number", value })) },
);
const arithmetic = fc.constantFrom("add", "sub", "mul", "div", "pow");
const comparisons = fc.constantFrom("lt", "le", "gt", "ge", "eq", "ne");
const calls = Object.entries(functions);

/** Any expression of the language, conditions standing for numbers and numbers for conditions included. */
export const arbitraryExpression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.record({ op: arithmetic, left: tie("e"), right: tie("e") }) as fc.Arbitrary<Expression>,
    fc.record({ op: fc.constantFrom("neg", "not"), of: tie("e") }) as fc.Arbitrary<Expression>,
    fc.record({ op: comparisons, left: tie("e"), right: tie("e") }) as fc.Arbitrary<Expression>,
    fc.record({ op: fc.constantFrom("and", "or"), left: tie("e"), right: tie("e") }) as fc.Arbitrary<Expression>,
    fc.record({ op: fc.constant("if"), test: tie("e"), yes: tie("e"), no: tie("e") }) as fc.Arbitrary<Expression>,
    fc
      .constantFrom(...calls)
      .chain(([name, arity]) =>
        fc.array(tie("e"), { minLength: arity, maxLength: arity }).map((of) => ({ op: "call", name, of }) as Expression),
      ),
  ),
})).e;
