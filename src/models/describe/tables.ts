/** The quantities of a model as tables: what each is called, in which unit, between which limits, and where its value comes from. */
import type { ModelDefinition } from "../../core/index.ts";
import type { Model } from "../define/model.ts";
import { tableDefaults } from "../language/table.ts";
import { type Column, escaped, numberInTable, tableOf, unitInPrint } from "./html.ts";
import { setName, toMathML } from "./mathml.ts";
import { family } from "./repeated.ts";

const names: readonly Column[] = [{ title: "" }, { title: "in the model" }];
const unit: Column = { title: "unit" };
const number = (title: string): Column => ({ title, align: "number" });
const long = (title: string): Column => ({ title, align: "long" });

const range = (bounds: readonly [number, number] | undefined): string =>
  bounds === undefined ? "" : `${numberInTable(bounds[0])} … ${numberInTable(bounds[1])}`;
const value = (number: number | undefined): string => (number === undefined ? "" : numberInTable(number));
const text = (words: string | undefined): string => (words === undefined ? "" : escaped(words));

export function parameterTable({ definition }: Model): string {
  const rows = Object.entries(definition.parameters).map(([name, parameter]) => ({
    name,
    cells: [
      value(parameter.value),
      unitInPrint(parameter.unit),
      range(parameter.bounds),
      range(parameter.physical),
      parameter.scale === "log" ? "logarithmic" : "",
      text(parameter.description),
      text(parameter.source),
    ],
  }));
  const columns = [
    number("value"),
    unit,
    number("search bounds"),
    number("physical range"),
    { title: "searched" },
    long("meaning"),
    long("source"),
  ];
  return named("Parameters", columns, rows);
}

export function inputTable({ definition }: Model): string {
  const rows = Object.entries(definition.inputs).map(([name, own]) => ({ name, cells: [unitInPrint(own)] }));
  return named("Inputs: what has to be given over time", [unit], rows);
}

export function stateTable({ definition, equations }: Model): string {
  const rows = Object.entries(definition.states).map(([name, state]) => {
    const start = equations.initial.get(name);
    const initial =
      typeof state.initial === "number" || start === undefined ? value(Number(state.initial)) : `<math>${toMathML(start)}</math>`;
    const limits = [
      state.min === undefined ? "" : `≥ ${numberInTable(state.min)}`,
      state.max === undefined ? "" : `≤ ${numberInTable(state.max)}`,
    ];
    const cells = [
      initial,
      unitInPrint(state.unit),
      limits.filter((limit) => limit !== "").join(", "),
      value(state.nominal),
      text(state.description),
    ];
    return { name, cells };
  });
  const columns = [number("at the start"), unit, number("limits"), number("typical size"), long("meaning")];
  return named("States: what the plant remembers", columns, rows);
}

export function quantityTable({ definition }: Model): string {
  const algebraic = Object.entries(definition.algebraic).map(([name, entry]) => ({
    name,
    cells: [
      "is" in entry ? "computed" : "solved for",
      unitInPrint(entry.unit),
      "guess" in entry ? value(entry.guess) : "",
      text(entry.description),
    ],
  }));
  const outputs = Object.entries(definition.outputs).map(([name, entry]) => ({
    name,
    cells: ["output", unitInPrint(entry.unit), "", text(entry.description)],
  }));
  return named(
    "Computed quantities and outputs",
    [{ title: "" }, unit, number("first guess"), long("meaning")],
    [...algebraic, ...outputs],
  );
}

export function eventTable({ definition, equations }: Model): string {
  const rows = [...equations.events].map(([name, { when, then }]) => {
    const { direction = "both", terminal } = definition.events[name] as ModelDefinition["events"][string];
    const ways = { rising: "upwards", falling: "downwards", both: "either way" };
    const sets = [...then].map(([state, expression]) => `<math>${setName(state).markup}<mo>←</mo>${toMathML(expression)}</math>`);
    return [
      escaped(name),
      `<math>${toMathML(when)}</math>`,
      ways[direction],
      [...sets, ...(terminal === true ? ["the run ends"] : [])].join("<br>"),
    ];
  });
  const columns: readonly Column[] = [
    { title: "" },
    { title: "acts when this crosses zero" },
    { title: "direction" },
    { title: "and then" },
  ];
  return rows.length === 0 ? "" : tableOf("Events, in the order in which simultaneous ones act", columns, rows);
}

const beyond = { hold: "the value at the end", extend: "the straight line on", refuse: "no value" } as const;

export function lookupTable({ definition }: Model): string {
  const rows = Object.entries(definition.tables ?? {}).map(([name, { unit, x, y, values, method, outside, description, source }]) => {
    const arguments_ = [[x, unit.x] as const, ...(y === undefined ? [] : [[y, unit.y ?? "1"] as const])];
    const spans = arguments_.map(([at, of]) => `${numberInTable(at[0]!)} … ${numberInTable(at.at(-1)!)} ${escaped(unitInPrint(of))}`);
    const all = values.flat();
    const range = `${numberInTable(Math.min(...all))} … ${numberInTable(Math.max(...all))}`;
    const between = method === "monotone" ? "cubic, without overshoot" : "straight lines";
    const cells = [range, escaped(unitInPrint(unit.value)), spans.join("<br>"), arguments_.map(([at]) => at.length).join(" × "), between];
    return { name, cells: [...cells, beyond[outside ?? tableDefaults.outside], text(description), text(source)] };
  });
  const columns = [
    number("values"),
    unit,
    number("arguments"),
    number("points"),
    { title: "between" },
    { title: "beyond" },
    long("meaning"),
    long("source"),
  ];
  return named("Tables of values", columns, rows);
}

interface Row {
  readonly name: string;
  /** The first may differ between members of a family that share a line; the others say the same. */
  readonly cells: readonly string[];
}

/** Members of a family with different first cells share a line from this many on. */
const manyDiffer = 4;

/** Cells of a field and members of a row share a line. */
function named(caption: string, columns: readonly Column[], rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([family(row.name), ...row.cells.slice(1)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const lines = [...groups.values()].flatMap((group) => {
    const [first, last] = [group[0]!, group.at(-1)!];
    const same = group.every(({ cells }) => cells[0] === first.cells[0]);
    if (group.length === 1 || (!same && group.length < manyDiffer))
      return group.map(({ name, cells }) => [`<math>${setName(name).markup}</math>`, `<code>${escaped(name)}</code>`, ...cells]);
    const symbol = setName(family(first.name)).markup;
    const names = `<code>${escaped(first.name)}</code> … <code>${escaped(last.name)}</code> (${group.length})`;
    const lead = same ? first.cells[0]! : `${first.cells[0]} … ${last.cells[0]}`;
    return [[`<math>${symbol}</math>`, names, lead, ...first.cells.slice(1)]];
  });
  return tableOf(caption, [...names, ...columns], lines);
}
