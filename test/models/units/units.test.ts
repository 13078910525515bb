/**
 * Units: what is accepted is homogeneous (checked by numbers, not by the checker), what is refused is refused with the right remedy.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseUnit } from "../../../src/core/index.ts";
import { evaluateExpression } from "../../../src/models/graph/evaluate.ts";
import { checkDefinition, type Expression, parseExpression, printExpression } from "../../../src/models/index.ts";
import { unitOf } from "../../../src/models/units/check.ts";
import { alike, type Measure, measureOf, unitText } from "../../../src/models/units/measure.ts";

const declared: Readonly<Record<string, string>> = {
  q: "L/min",
  qs: "L/s",
  V: "L",
  Vm: "m^3",
  cA: "mol/L",
  k: "1/min",
  T: "K",
  Ta: "K",
  Tc: "degC",
  Td: "degC",
  Tf: "degF",
  h: "m",
  n: "1",
  z: "1",
  u: "percent",
  E: "J/mol",
  R: "J/mol/K",
  P: "kPa",
  phi: "deg",
};

interface Verdict {
  readonly unit: string | undefined;
  readonly measure: Measure | undefined;
  readonly codes: readonly string[];
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

function verdictOf(expression: Expression): Verdict {
  const codes: string[] = [];
  const details: Readonly<Record<string, unknown>>[] = [];
  const found = unitOf(expression, {
    unitOf: (name) => (name === "t" ? measureOf("min") : Object.hasOwn(declared, name) ? measureOf(declared[name]!) : undefined),
    declared: (name) => Object.hasOwn(declared, name),
    report: (code, of) => {
      codes.push(code);
      details.push(of as Readonly<Record<string, unknown>>);
    },
  });
  const measure = found.kind === "number" ? found.measure : undefined;
  return { measure, unit: found.kind === "condition" ? "condition" : measure && unitText(measure), codes, details };
}

const verdict = (text: string): Verdict => verdictOf(parseExpression(text, { names: new Set(Object.keys(declared)) }));

const accepted: readonly (readonly [text: string, unit: string | undefined])[] = [
  ["q/V*cA - k*cA", "L*mol/min/L/L"],
  ["q*60 s/min", "L/min*s/min"],
  ["qs*60 s/min + q", "L/min"],
  ["h^2*h^-1 + h", "m"],
  ["sqrt(2*9.81 m/s^2*h)", undefined],
  ["(h/1 m)^n", "1"],
  ["exp(-E/(R*T))", "1"],
  ["log(P/101.325 kPa)", "1"],
  ["sin(phi/(57.29577951308232 deg))", "1"],
  ["u/(100 percent)*n", "1"],
  ["T^4 - Ta^4", "K^4"],
  ["max(T, 0)", "K"],
  ["if(T > 420 K and not (n < 2), k, 0)", "1/min"],
  ["0*q + 0", "L/min"],
  ["0", undefined],
  ["if(n > 0, 0, q)", "L/min"],
  ["Tc - Td", "K"],
  ["Tc - 20 degC", "K"],
  ["Tc + 5 K", "degC"],
  ["5 K + Tc", "degC"],
  ["max(Tc, Td)", "degC"],
  ["(Tc - -273.15 degC)*R", "K*J/mol/K"],
  ["T - (Tc - Td)", "K"],
  ["abs(q - 3 L/min)", "L/min"],
  ["sign(q - 3 L/min)*n", "1"],
  ["atan2(h, 2 m)", "1"],
  ["n^z", "1"],
  ["u^2", "percent^2"],
  ["h^(1/2 + 1)", "m^1.5"],
  ["t*k", "1"],
  ["floor(t/(5 min))", "1"],
];

test("right expressions have the unit that they should", () => {
  for (const [text, unit] of accepted) {
    const found = verdict(text);
    assert.deepEqual([text, found.codes], [text, []]);
    if (unit === undefined || !found.measure) continue;
    if (found.measure.offset !== 0) assert.equal(found.unit, unit, text);
    else assert.equal(found.unit, unitText(measureOf(unit === "1" ? "1" : unit)), text);
  }
});

const refused: readonly (readonly [text: string, code: string, remedy: RegExp | undefined])[] = [
  ["cA + T", "model/unit-mismatch", /lacks a factor in/],
  ["q + qs", "model/unit-mismatch", /^Multiply qs by 60 s\/min, or declare .*qs in L\/min/],
  ["q - Vm/(1 hour)", "model/unit-mismatch", /^Divide q by 16\.6666666667 hour\*L\/m\^3\/min, or declare q in m\^3\/hour\.$/],
  ["q > qs", "model/unit-mismatch", /60 s\/min/],
  ["min(q, qs)", "model/unit-mismatch", /60 s\/min/],
  ["if(n > 1, q, qs)", "model/unit-mismatch", /60 s\/min/],
  ["atan2(h, V)", "model/unit-mismatch", undefined],
  ["T - 420", "model/unit-bare-number", undefined],
  ["420 + T", "model/unit-bare-number", undefined],
  ["max(1, T)", "model/unit-bare-number", undefined],
  ["u + 5", "model/unit-bare-number", undefined],
  ["exp(T)", "model/unit-argument", /Divide it by a reference quantity in K/],
  ["exp(u)", "model/unit-argument", /^Divide it by 100 percent\.$/],
  ["sin(phi)", "model/unit-argument", /57\.29577951/],
  ["log(P)", "model/unit-argument", undefined],
  ["n^h", "model/unit-argument", undefined],
  ["floor(h)", "model/unit-argument", undefined],
  ["h^n", "model/unit-power", undefined],
  ["u^n", "model/unit-power", undefined],
  ["2*Tc", "model/unit-temperature", /Declare Tc in K/],
  ["-Tc", "model/unit-temperature", undefined],
  ["Tc^2", "model/unit-temperature", undefined],
  ["exp(Tc)", "model/unit-temperature", undefined],
  ["sqrt(Tc)", "model/unit-temperature", undefined],
  ["Tc + Td", "model/unit-temperature", undefined],
  ["T - Tc", "model/unit-temperature", undefined],
  ["Tc > T", "model/unit-temperature", undefined],
  ["Tc - Tf", "model/unit-mismatch", undefined],
  ["n + (T > 3 K)", "model/condition", undefined],
  ["if(n, 1, 2)", "model/condition", undefined],
  ["not n", "model/condition", undefined],
];

for (const [text, code, remedy] of refused) {
  test(`"${text}" is refused as ${code}, once`, () => {
    const { codes, details } = verdict(text);
    assert.deepEqual(codes, [code]);
    if (remedy) assert.match(String(details[0]?.["remedy"]), remedy);
  });
}

/** Applies the proposal "Multiply X by Y" to the second operand of a sum and asks again. */
test("a proposed factor, applied, makes the units agree", () => {
  const units = ["L/s", "L/min", "L/h", "m^3/h", "m^3/s", "mL/min", "kmol/h*L/mol", "percent*L/s"];
  for (const a of units) {
    for (const b of units) {
      const scope = (text: string) => {
        const problems: Readonly<Record<string, unknown>>[] = [];
        unitOf(parseExpression(text), {
          unitOf: (name) => measureOf(name === "a" ? a : b),
          declared: (name) => name === "a" || name === "b",
          report: (_code, of) => void problems.push(of as Readonly<Record<string, unknown>>),
        });
        return problems;
      };
      const [problem] = scope("a + b");
      if (!problem) {
        assert.ok(Math.abs(parseUnit(a).scale / parseUnit(b).scale - 1) < 1e-9, `${a} + ${b}`);
        continue;
      }
      const remedy = String(problem["remedy"]);
      const [, verb, culprit, factor] = /^(Multiply|Divide) (a|b) by ([^,]*?)(?:, or .*)?\.$/.exec(remedy) ?? [];
      const changed = `${culprit}${verb === "Multiply" ? "*" : "/"}(${factor})`;
      assert.deepEqual(scope(culprit === "a" ? `${changed} + b` : `a + ${changed}`), [], `${a} + ${b}: ${remedy}`);
      for (const [, name, unit] of remedy.matchAll(/\b(a|b) in (\S+?)(?=,|\.$| or )/g)) {
        const redeclared = name === "a" ? ([unit!, b] as const) : ([a, unit!] as const);
        assert.ok(alike(measureOf(redeclared[0]), measureOf(redeclared[1])), `${a} + ${b}: ${remedy}`);
      }
    }
  }
});

const leaf: fc.Arbitrary<string> = fc.constantFrom(
  "q",
  "qs",
  "V",
  "cA",
  "k",
  "T",
  "Ta",
  "Tc",
  "Td",
  "h",
  "n",
  "u",
  "E",
  "R",
  "2",
  "0.5",
  "60 s/min",
  "3 L/min",
  "20 degC",
  "5 K",
  "100 percent",
);
const grown: fc.Arbitrary<string> = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 5 },
    { weight: 2, arbitrary: leaf },
    { weight: 3, arbitrary: fc.tuple(tie("e"), fc.constantFrom("*", "/"), tie("e")).map(([a, op, b]) => `(${a})${op}(${b})`) },
    { weight: 2, arbitrary: fc.tuple(tie("e"), fc.constantFrom("+", "-"), tie("e")).map(([a, op, b]) => `(${a})${op}(${b})`) },
    { weight: 2, arbitrary: fc.tuple(tie("e"), leaf, fc.constantFrom("+", "-")).map(([a, b, op]) => `(${a})${op}(${a})*(${b})/(${b})`) },
    { weight: 1, arbitrary: fc.tuple(tie("e"), fc.constantFrom("2", "-1", "0.5", "(1/3)")).map(([a, p]) => `(${a})^${p}`) },
    { weight: 1, arbitrary: tie("e").map((a) => `sqrt(abs(${a}))`) },
    { weight: 1, arbitrary: tie("e").map((a) => `exp((${a})/(${a}))`) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie("e"), tie("e")).map(([a, b]) => `max(${a}, 2*(${a}), if((${a}) > 0, ${a}, 3*(${a}))) + 0*(${b})/(${b})`),
    },
  ),
})).e;

/** Every literal becomes its SI value, as if the equation had been written in SI units. */
function inSi(expression: Expression): Expression {
  if (expression.op === "number") {
    const unit = expression.unit === undefined ? undefined : parseUnit(expression.unit);
    return { op: "number", value: unit ? (expression.value + unit.offset) * unit.scale : expression.value };
  }
  return Object.fromEntries(
    Object.entries(expression).map(([key, part]) => [
      key,
      Array.isArray(part) ? part.map(inSi) : typeof part === "object" ? inSi(part as Expression) : part,
    ]),
  ) as unknown as Expression;
}

test("an accepted expression means the same in model units and in SI units", () => {
  const values: Readonly<Record<string, number>> = {
    q: 3.1,
    qs: 0.7,
    V: 12,
    cA: 0.4,
    k: 0.09,
    T: 351,
    Ta: 293,
    Tc: 41,
    Td: 17,
    h: 1.7,
    n: 2.5,
    u: 37,
    E: 5.1,
    R: 8.3,
  };
  let compared = 0;
  fc.assert(
    fc.property(grown, (text) => {
      const expression = parseExpression(text, { names: new Set(Object.keys(declared)) });
      const { codes, measure } = verdictOf(expression);
      if (codes.length > 0 || !measure) return;
      const model = evaluateExpression(expression, (name) => values[name]!);
      const si = evaluateExpression(inSi(expression), (name) => {
        const { scale, offset } = parseUnit(declared[name]!);
        return (values[name]! + offset) * scale;
      });
      const expected = (model + measure.offset) * measure.scale;
      // Differences of nearly equal numbers lose digits, in either system.
      if (!Number.isFinite(expected) || !Number.isFinite(si) || Math.abs(model) < 1e-6 || Math.abs(model) > 1e9) return;
      compared += 1;
      assert.ok(
        Math.abs(si - expected) <= 1e-6 * Math.max(Math.abs(expected), measure.scale * 1e-3),
        `${printExpression(expression)}: ${si}, not ${expected}`,
      );
    }),
    { seed: 31, numRuns: 6000 },
  );
  assert.ok(compared > 1500, `${compared} expressions compared`);
});

test("no expression makes the checker fail", () => {
  fc.assert(
    fc.property(grown, (text) => void verdict(text)),
    { seed: 32, numRuns: 1000 },
  );
});

const problems = (definition: object) =>
  checkDefinition(definition).problems.map(({ where, code, problem, remedy }) => `${where} ${code}: ${problem} ${remedy}`);

test("textbook models pass: reaction kinetics, heat balance with radiation, tanks with outflow", () => {
  const kinetics = {
    name: "alpha-pinene",
    time: "min",
    parameters: Object.fromEntries(
      [1, 2, 3, 4, 5].map((i) => [`p${i}`, { value: 1e-5 * i, unit: "1/min", scale: "log", bounds: [1e-7, 1] }]),
    ),
    states: Object.fromEntries(["y1", "y2", "y3", "y4", "y5"].map((y, i) => [y, { unit: "percent", initial: i === 0 ? 100 : 0 }])),
    derivatives: { y1: "-(p1 + p2)*y1", y2: "p1*y1", y3: "p2*y1 - (p3 + p4)*y3 + p5*y5", y4: "p3*y3", y5: "p4*y3 - p5*y5" },
  };
  const laboratory = {
    name: "tclab",
    time: "s",
    parameters: {
      U: { value: 10, unit: "W/m^2/K" },
      A: { value: 10, unit: "cm^2" },
      As: { value: 2, unit: "cm^2" },
      alpha: { value: 0.01, unit: "W/percent" },
      mass: { value: 4, unit: "g" },
      cp: { value: 500, unit: "J/kg/K" },
      eps: { value: 0.9, unit: "1" },
      sigma: { value: 5.67e-8, unit: "W/m^2/K^4" },
    },
    inputs: { Q1: "percent", Ta: "K" },
    states: { T1: { unit: "K", initial: "Ta" }, T2: { unit: "K", initial: 296 } },
    algebraic: {
      area: { unit: "m^2", is: "A/(10000 cm^2/m^2)" },
      between: { unit: "W", is: "U*As/(10000 cm^2/m^2)*(T2 - T1) + eps*sigma*As/(10000 cm^2/m^2)*(T2^4 - T1^4)" },
      heat: { unit: "J/K", is: "mass/(1000 g/kg)*cp" },
    },
    derivatives: {
      T1: "(U*area*(Ta - T1) + eps*sigma*area*(Ta^4 - T1^4) + between + alpha*Q1)/heat",
      T2: "(U*area*(Ta - T2) + eps*sigma*area*(Ta^4 - T2^4) - between)/heat",
    },
  };
  const tanks = {
    name: "tanks",
    time: "s",
    parameters: {
      a: { value: 3, unit: "cm^2" },
      S: { value: 300, unit: "cm^2" },
      g: { value: 981, unit: "cm/s^2" },
      gain: { value: 10, unit: "cm^3/s/V" },
    },
    inputs: { u: "V" },
    states: { h1: { unit: "cm", initial: 5, min: 0, max: 10 }, h2: { unit: "cm", initial: 5 } },
    algebraic: { q1: { unit: "cm^3/s", is: "a*sqrt(2*g*max(h1, 0))" } },
    derivatives: { h1: "(gain*u - q1)/S", h2: "if(h1 > 10 cm, gain*u, q1)/S - a/S*sqrt(2*g*max(h2, 0))" },
    outputs: { full: { unit: "percent", is: "100 percent*h2/(10 cm)" } },
  };
  for (const definition of [kinetics, laboratory, tanks]) assert.deepEqual([definition.name, problems(definition)], [definition.name, []]);
});

test("an equation is held to the unit of what it gives, per unit of time where it is a derivative", () => {
  const base = { name: "m", time: "min", inputs: { q: "L/s" }, states: { V: { unit: "L", initial: 1 } } };
  assert.deepEqual(problems({ ...base, derivatives: { V: "q" } }), [
    'derivatives.V model/unit-result: The derivative of "V" is in L/min [m^3 s^-1]; the equation gives L/s [m^3 s^-1]. Multiply q by 60 s/min, or declare q in L/min.',
  ]);
  assert.deepEqual(problems({ ...base, derivatives: { V: "q*60 s/min" }, outputs: { o: { unit: "m^3", is: "V" } } }), [
    'outputs.o model/unit-result: "o" is in m^3; the equation gives L [m^3]. Divide V by 1000 L/m^3, or declare V in m^3 or o in L.',
  ]);
  const warm = { name: "m", time: "min", parameters: { r: { value: 1, unit: "K/min" } }, states: { T: { unit: "degC", initial: 20 } } };
  assert.deepEqual(problems({ ...warm, derivatives: { T: "r" }, events: { e: { when: "T - 30 degC", then: { T: "T - 5 K" } } } }), []);
  assert.match(
    problems({ ...warm, derivatives: { T: "r" }, events: { e: { when: "T", then: { T: "5 K" } } } })[0] ?? "",
    /different zeros/,
  );
  assert.match(problems({ ...warm, derivatives: { T: "r/(2 min)" } })[0] ?? "", /The derivative of "T" is in K\/min .*gives K\/min\^2/);
  assert.match(problems({ ...base, derivatives: { V: "5" } })[0] ?? "", /bare number 5\. Write "5 L\/min"/);
});
