/** Random expressions in canonical form, as the parser gives them: no sign in front of a number, literals only where the text can say them. */
import fc from "fast-check";
import { type Expression, type FunctionName, functions } from "../../../src/models/language/expression.ts";

export const names = ["x", "y", "k0", "EoverR", "cA", "T_jacket", "r1.T", "E", "e1"] as const;
const units = ["K", "L/min", "s", "m^2/s", "J/mol/K", "degC", "kg*m/s^2", "m^-0.5"] as const;

const number = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -9, max: 999 }),
    fc.constantFrom(0, 1, 0.5, 1e-3, 2.5e3, -1e-300, 1e300, Number.MIN_VALUE),
  )
  .map((value): Expression => ({ op: "number", value }));
const literal = fc
  .record({ value: fc.integer({ min: -99, max: 999 }), unit: fc.constantFrom(...units) })
  .map(({ value, unit }): Expression => ({ op: "number", value, unit }));
const name = fc.constantFrom(...names, "t").map((text): Expression => ({ op: "name", name: text }));

const binary = ["add", "sub", "mul", "div", "pow"] as const;
const comparison = ["lt", "le", "gt", "ge", "eq", "ne"] as const;
const unaryFunctions = (Object.keys(functions) as FunctionName[]).filter((f) => functions[f] === 1);

export const expression: fc.Arbitrary<Expression> = fc
  .letrec<{ number: Expression; condition: Expression }>((tie) => ({
    number: fc.oneof(
      { maxDepth: 6, depthIdentifier: "e" },
      { weight: 3, arbitrary: name },
      { weight: 1, arbitrary: number },
      { weight: 1, arbitrary: literal },
      { weight: 6, arbitrary: fc.record({ op: fc.constantFrom(...binary), left: tie("number"), right: tie("number") }) },
      {
        weight: 1,
        arbitrary: tie("number").map((of): Expression => (of.op === "number" ? { ...of, value: -of.value } : { op: "neg", of })),
      },
      {
        weight: 1,
        arbitrary: fc.record({ op: fc.constant("if" as const), test: tie("condition"), yes: tie("number"), no: tie("number") }),
      },
      {
        weight: 2,
        arbitrary: fc.oneof(
          fc.record({ op: fc.constant("call" as const), name: fc.constantFrom(...unaryFunctions), of: fc.tuple(tie("number")) }),
          fc.record({
            op: fc.constant("call" as const),
            name: fc.constantFrom("min" as const, "max" as const),
            of: fc.array(tie("number"), { minLength: 2, maxLength: 4 }),
          }),
          fc.record({ op: fc.constant("call" as const), name: fc.constant("atan2" as const), of: fc.tuple(tie("number"), tie("number")) }),
        ),
      },
    ),
    condition: fc.oneof(
      { maxDepth: 3, depthIdentifier: "e" },
      { weight: 4, arbitrary: fc.record({ op: fc.constantFrom(...comparison), left: tie("number"), right: tie("number") }) },
      {
        weight: 1,
        arbitrary: fc.record({ op: fc.constantFrom("and" as const, "or" as const), left: tie("condition"), right: tie("condition") }),
      },
      { weight: 1, arbitrary: tie("condition").map((of): Expression => ({ op: "not", of })) },
    ),
  }))
  .number.map((tree) => structuredClone(tree)); // plain objects, as the parser makes them
