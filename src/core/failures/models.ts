/** What callers can do wrong with `models`. One entry a code; every code is explained in `docs/errors.md`. */
import { type Kind, kind, listed } from "../failure.ts";

/** One mistake as `model/invalid` and `model/expression` carry it; the codes below them are codes of such items. */
export interface Item {
  readonly code: string;
  readonly where: string;
  readonly equation: string | undefined;
  readonly column: number | undefined;
  readonly problem: string;
  readonly remedy: string;
}

function named(item: Item): string {
  const equation = item.equation === undefined ? "" : ` = "${shortened(item.equation, item.column ?? 1)}"`;
  const column = item.column === undefined ? "" : `, column ${item.column}`;
  return `${item.where}${equation}${column}: ${item.problem}`;
}

/** A long equation is cut to the surroundings of the mistake. */
function shortened(equation: string, column: number): string {
  const [before, after] = [120, 80];
  const text = equation.replace(/\s+/g, " ");
  if (text.length <= before + after) return text;
  const start = Math.max(0, column - before);
  const end = Math.min(text.length, column + after);
  return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}

function itemised(subject: string, items: readonly Item[]): string {
  const [only] = items;
  if (items.length === 1 && only) return `${subject}: ${named(only)}`;
  return `${subject} has ${items.length} mistakes:\n${items.map((item, i) => `  ${i + 1}. ${named(item)} ${item.remedy} [${item.code}]`).join("\n")}\n`;
}

function advice(items: readonly Item[]): string {
  const [only] = items;
  return items.length === 1 && only ? only.remedy : "Correct them where they are written; nothing has been run.";
}

const quoted = (names: readonly string[]): string[] => names.map((name) => `"${name}"`);
const meant = (nearest: readonly string[], otherwise: string): string =>
  nearest.length > 0 ? `Did you mean ${listed(quoted(nearest), "or")}?` : otherwise;

const carriers = {
  "model/invalid": kind<{ model: string; problems: readonly Item[] }>(
    (d) => itemised(`Model "${d.model}"`, d.problems),
    (d) => advice(d.problems),
  ),
  "model/expression": kind<{ text: string; problems: readonly Item[] }>(
    (d) => itemised("The equation", d.problems),
    (d) => advice(d.problems),
  ),
};

const text = {
  "model/syntax": kind<{ what: string; remedy: string }>(
    (d) => `${d.what[0]?.toUpperCase()}${d.what.slice(1)}.`,
    (d) => d.remedy,
  ),
  "model/refused": kind<{ found: string; what: string; remedy: string }>(
    (d) => `${d.what[0]?.toUpperCase()}${d.what.slice(1)}.`,
    (d) => d.remedy,
  ),
  "model/too-large": kind<{ what: string; count: number; limit: number }>(
    (d) => `${d.count} ${d.what}; ${d.limit} are allowed.`,
    () => "Split the equation: give parts of it a name under `algebraic`.",
  ),
  "model/number": kind<{ text: string }>(
    (d) => `${d.text} cannot be held as a number: it is too large or too small.`,
    () => "Use numbers between 1e-300 and 1e300; choose a unit that suits the size of the quantity.",
  ),
  "model/unknown-function": kind<{ name: string; nearest: readonly string[] }>(
    (d) => `"${d.name}" is not a function of the language.`,
    (d) => meant(d.nearest, "Functions are exp, log, log10, sqrt, sin … atan2, sinh, cosh, tanh, abs, sign, min, max, floor, ceil and if."),
  ),
  "model/arity": kind<{ name: string; expected: string; actual: number }>(
    (d) => `"${d.name}" takes ${d.expected} argument${d.expected === "1" ? "" : "s"}, not ${d.actual}.`,
    (d) => (d.name === "if" ? "Write if(condition, value, otherwise)." : "Check commas and brackets; decimal numbers have a point."),
  ),
  "model/undeclared": kind<{ name: string; nearest: readonly string[] }>(
    (d) => `"${d.name}" is not declared.`,
    (d) => meant(d.nearest, "Declare it under `parameters`, `inputs`, `states` or `algebraic`."),
  ),
  "model/not-here": kind<{ name: string; why: string }>(
    (d) => `"${d.name}" cannot be used here: ${d.why}.`,
    () => "Use what it is made of, or make it an algebraic quantity.",
  ),
  "model/table": kind<{ what: string }>(
    (d) => `It cannot look up a value: ${d.what}.`,
    () => "Write lookup(table, x), or lookup(table, x, y) for a table with `y`; tables are declared under `tables`.",
  ),
  "model/unknown-table": kind<{ table: string; nearest: readonly string[]; tables: readonly string[] }>(
    (d) => `There is no table "${d.table}".`,
    (d) => meant(d.nearest, d.tables.length > 0 ? `Tables are ${listed(quoted(d.tables))}.` : "Declare it under `tables`."),
  ),
  "model/delay": kind<{ what: string; remedy: string }>(
    (d) => `It cannot be delayed in this way: ${d.what}.`,
    (d) => d.remedy,
  ),
  "model/unit-or-name": kind<{ text: string; name: string; remedy: string }>(
    (d) => `In "${d.text}", "${d.name}" could be the unit or the quantity of that name that this model declares.`,
    (d) => d.remedy,
  ),
} as const;

/** "mol/L [m^-3 mol]". */
export interface Side {
  readonly unit: string;
  readonly dimension: string;
}
const side = (d: Side): string => (d.unit === d.dimension ? d.unit : `${d.unit} [${d.dimension}]`);

/** One side of an operation: "q in L/min [m^3 s^-1]". */
export interface Operand extends Side {
  readonly text: string;
}
const operand = (d: Operand): string => `${d.text} in ${side(d)}`;

const units = {
  "model/unit-unknown": kind<{ unit: string; literal: string; number: string }>(
    (d) => `"${d.unit}" in "${d.literal}" is not a unit.`,
    (d) => `Write a unit such as K, L/min or kg/m^3; for a product write ${d.number}*${d.unit}.`,
  ),
  "model/unit": kind<{ unit: string; why: string }>(
    (d) => `"${d.unit}" is not a unit: ${d.why.replace(/\.$/, "")}.`,
    () => 'Write it like "kg/h", "J/(mol*K)", "degC", "%", or "1" for a pure number.',
  ),
  "model/unit-mismatch": kind<{ verb: string; left: Operand; right: Operand; remedy: string }>(
    (d) => `It ${d.verb} ${operand(d.left)} and ${operand(d.right)}.`,
    (d) => d.remedy,
  ),
  "model/unit-result": kind<{ what: string; expected: Side; actual: Side; remedy: string }>(
    (d) => `${d.what} is in ${side(d.expected)}; the equation gives ${side(d.actual)}.`,
    (d) => d.remedy,
  ),
  "model/unit-bare-number": kind<{ verb: string; number: string; unit: string }>(
    (d) => `It ${d.verb} the bare number ${d.number} and a quantity in ${d.unit}.`,
    (d) => `Write "${d.number} ${d.unit}" if that is its unit, or give it a name and a unit under \`parameters\`.`,
  ),
  "model/unit-bare-result": kind<{ what: string; number: string; expected: Side }>(
    (d) => `${d.what} is in ${side(d.expected)}; the equation gives the bare number ${d.number}.`,
    (d) => `Write "${d.number} ${d.expected.unit}" if that is its unit, or give it a name and a unit under \`parameters\`.`,
  ),
  "model/unit-argument": kind<{ needs: string; argument: string; actual: Side; remedy: string }>(
    (d) => `${d.needs} needs a pure number; ${d.argument} is in ${side(d.actual)}.`,
    (d) => d.remedy,
  ),
  "model/unit-power": kind<{ base: string; actual: Side; exponent: string }>(
    (d) => `${d.base} is in ${side(d.actual)}, so its exponent must be a number; it is ${d.exponent}.`,
    () => "Divide the base by a reference quantity of the same unit, or write the exponent as a number.",
  ),
  "model/unit-temperature": kind<{ use: string; quantity: string; unit: string; remedy: string }>(
    (d) => `${d.quantity} is in ${d.unit}, which does not start at absolute zero; it cannot be used in this way (${d.use}).`,
    (d) => d.remedy,
  ),
  "model/unit-gauge": kind<{ use: string; quantity: string; unit: string; remedy: string }>(
    (d) =>
      `${d.quantity} is in ${d.unit}, gauge pressure, which counts from the pressure of the air; it cannot be used in this way (${d.use}).`,
    (d) => d.remedy,
  ),
  "model/unit-kind": kind<{ what: string; left: string; right: string }>(
    (d) => `${d.what}: ${d.left}, ${d.right}.`,
    () => "Convert one of them in the equation, by molar masses or densities.",
  ),
  "model/unit-convert": kind<{ name: string; needs: string; argument: string; actual: Side }>(
    (d) => `"${d.name}" needs ${d.needs}; ${d.argument} is in ${side(d.actual)}.`,
    () => "Correct the unit where the quantity is declared, or leave out the conversion.",
  ),
  "model/condition": kind<{ what: string; expected: "condition" | "number" }>(
    (d) => `${d.what} is a ${d.expected === "condition" ? "number where a condition" : "condition where a number"} is needed.`,
    (d) =>
      d.expected === "condition"
        ? "Compare it with something, as in if(T > Tmax, a, b)."
        : "Put it into if(condition, a, b); an event watches a difference such as T - Tmax.",
  ),
} as const;

const structure = {
  "model/shape": kind<{ expected: string; actual: string }>(
    (d) => `Expected ${d.expected}, got ${d.actual}.`,
    () => "See the example of `defineModel`.",
  ),
  "model/unknown-field": kind<{ field: string; nearest: readonly string[]; fields: readonly string[] }>(
    (d) => `"${d.field}" is not a field of it.`,
    (d) => meant(d.nearest, `Fields are ${listed(d.fields)}.`),
  ),
  "model/missing-field": kind<{ field: string; example: string }>(
    (d) => `\`${d.field}\` is missing.`,
    (d) => `Give it, such as ${d.example}.`,
  ),
  "model/name": kind<{ name: string; why: string }>(
    (d) => `"${d.name}" cannot be a name: ${d.why}.`,
    () => "Choose another name.",
  ),
  "model/duplicate": kind<{ name: string; first: string }>(
    (d) => `"${d.name}" is declared already under \`${d.first}\`.`,
    () => "Names are shared by parameters, inputs, states, algebraic quantities and outputs: rename one.",
  ),
  "model/missing-derivative": kind<{ state: string }>(
    (d) => `State "${d.state}" has no equation.`,
    (d) => `Add ${d.state} to \`derivatives\`; write "0" if it only changes in events.`,
  ),
  "model/not-a-state": kind<{ name: string; nearest: readonly string[] }>(
    (d) => `"${d.name}" is not a state.`,
    (d) => meant(d.nearest, "Declare it under `states`, or remove the entry."),
  ),
  "model/table-data": kind<{ table: string; what: string }>(
    (d) => `Table "${d.table}" cannot be used: ${d.what}.`,
    () => "Write `{ unit: { x, value }, x: [increasing], values: [one a value of x] }`; with `y`, `values` has one row a value of x.",
  ),
  "model/value": kind<{ value: number | string; expected: string }>(
    (d) => `${d.value} is not ${d.expected}.`,
    () => "Correct the value; it is in the unit of the declaration.",
  ),
  "model/bounds": kind<{ name: string; value: number; lower: number; upper: number; what: string }>(
    (d) => `${d.what} ${d.value} of "${d.name}" lies outside ${d.lower} … ${d.upper}.`,
    () => "Correct the value or the limits; both are in the unit of the declaration.",
  ),
  "model/singular": kind<{ equations: readonly string[]; contained: readonly string[]; undetermined: readonly string[] }>(
    (d) =>
      `The implicit equation${d.equations.length === 1 ? "" : "s"} of ${listed(quoted(d.equations))} contain${d.equations.length === 1 ? "s" : ""} ${
        d.contained.length === 0 ? "no implicit quantity" : `only ${listed(quoted(d.contained))}`
      }, so nothing determines ${listed(quoted(d.undetermined))}.`,
    (d) =>
      `Each implicit quantity needs an equation that contains it: put ${listed(quoted(d.undetermined), "or")} into one, or remove both.`,
  ),
  "model/index": kind<{ equation: string; states: readonly string[]; times: number; index: number; derivative: string | undefined }>(
    (d) =>
      `The implicit equation of "${d.equation}" is a constraint on ${d.states.length > 0 ? listed(quoted(d.states)) : "given quantities"}; it determines "${d.equation}" only after ${
        d.times === 1 ? "one derivative" : `${d.times} derivatives`
      } with respect to time (structural index ${d.index}, supported is 1).`,
    (d) =>
      `\`reduceIndex(definition)\` differentiates it and makes ${d.times === 1 ? "one of these states" : `${d.times} states`} algebraic.${
        d.derivative === undefined ? "" : ` Its first derivative is ${d.derivative}.`
      }`,
  ),
  "model/index-reduction": kind<{ model: string; constraint: string; obstacle: string }>(
    (d) =>
      `The constraint "${d.constraint}" of model "${d.model}" cannot be taken out of the way by differentiating it: there is no way through ${d.obstacle}.`,
    () => "Make one of the states of the constraint algebraic by hand, with the constraint as its equation, and write out the derivative.",
  ),
  "model/cycle": kind<{ cycle: readonly string[] }>(
    (d) =>
      `${listed(quoted(d.cycle))} ${d.cycle.length === 1 ? "depends on itself" : `depend on each other: ${[...d.cycle, d.cycle[0]].join(" → ")}`}.`,
    (d) => `Make one of them implicit: \`${d.cycle[0]}: { unit, guess, zero: "${d.cycle[0]} - (…)" }\`.`,
  ),
} as const;

const composition = {
  "model/part": kind<{ part: string; why: string }>(
    (d) => `"${d.part}" cannot be a part: ${d.why}.`,
    () => "A part is a model, or `array(count, model)`, under a name of letters, digits and _.",
  ),
  "model/part-time": kind<{ part: string; time: string; other: string; otherTime: string }>(
    (d) => `Part "${d.part}" has time in ${d.time}; part "${d.other}" has it in ${d.otherTime}.`,
    () => "Parts share one clock: define them with one unit of time.",
  ),
  "model/unknown-part": kind<{ part: string; nearest: readonly string[]; parts: readonly string[] }>(
    (d) => `There is no part "${d.part}".`,
    (d) => meant(d.nearest, `Parts are ${listed(quoted(d.parts))}.`),
  ),
  "model/not-connectable": kind<{ port: string; what: string; nearest: readonly string[] }>(
    (d) => `"${d.port}" ${d.what}.`,
    (d) => meant(d.nearest, "On the left of a connection stands an input or a parameter of a part, such as r1.Tc."),
  ),
  "model/part-index": kind<{ text: string; why: string }>(
    (d) => `In "${d.text}", ${d.why}.`,
    () => 'Connect neighbours as in "trays[i].L": "trays[i-1].L", and the ends one by one.',
  ),
} as const;

const space = {
  "model/axis": kind<{ axis: string; why: string }>(
    (d) => `Axis "${d.axis}" cannot be used: ${d.why}.`,
    () => 'Write it as in `axes: { z: { unit: "m", from: 0, to: "L", cells: 50 } }`.',
  ),
  "model/along": kind<{ what: string; remedy: string }>(
    (d) => `${d.what}.`,
    (d) => d.remedy,
  ),
  "model/boundary": kind<{ quantity: string; end: string; why: string; example: string }>(
    (d) => `The equation of "${d.quantity}" at the ${d.end} of its axis cannot be used: ${d.why}.`,
    (d) => `Write an equation that is linear in ${d.quantity} and its derivative, such as "${d.example}".`,
  ),
  "model/boundary-missing": kind<{ quantity: string; end: string; why: string; example: string }>(
    (d) => `"${d.quantity}" needs an equation at the ${d.end} of its axis: ${d.why}.`,
    (d) => `Add it under \`boundaries\`, such as \`${d.quantity}: { ${d.end}: "${d.example}" }\`.`,
  ),
} as const;

const unknown = {
  "model/unfilled": kind<{ model: string; unknown: readonly string[] }>(
    (d) => `Model "${d.model}" cannot run: ${listed(quoted(d.unknown))} ${d.unknown.length === 1 ? "is" : "are"} unknown.`,
    (d) => `Fill ${d.unknown.length === 1 ? "it" : "them"}: substitute(model, { ${d.unknown[0]}: "…" }), with an equation or a network.`,
  ),
  "model/not-unknown": kind<{ name: string; nearest: readonly string[]; unknown: readonly string[] }>(
    (d) => `"${d.name}" is not an unknown relation of the model.`,
    (d) => meant(d.nearest, `Unknown ${d.unknown.length === 1 ? "is" : "are"} ${listed(quoted(d.unknown))}.`),
  ),
  "model/not-argument": kind<{ name: string; used: string; of: readonly string[] }>(
    (d) => `"${d.name}" is declared to depend on ${listed(quoted(d.of))}; its equation uses "${d.used}".`,
    (d) => `Leave "${d.used}" out, or add it to \`of\`.`,
  ),
  "model/filling": kind<{ name: string; why: string; remedy: string }>(
    (d) => `"${d.name}" cannot be filled: ${d.why}.`,
    (d) => d.remedy,
  ),
  "model/stoichiometry": kind<{ what: string; remedy: string }>(
    (d) => `The stoichiometry cannot be used: ${d.what}.`,
    (d) => d.remedy,
  ),
} as const;

/** Asked of a model that is sound. */
const requests = {
  "model/unknown-parameter": kind<{ model: string; parameter: string; nearest: readonly string[] }>(
    (d) => `Model "${d.model}" has no parameter "${d.parameter}" to differentiate with respect to.`,
    (d) => meant(d.nearest, "Only parameters can be active; initial values have directions of their own."),
  ),
} as const;

export const modelsFailures = {
  ...carriers,
  ...text,
  ...units,
  ...structure,
  ...composition,
  ...space,
  ...unknown,
  ...requests,
} as const satisfies Record<string, Kind<never>>;
