/** Tables of a definition: read, checked, and made into what `lookup` reads. */
import type { ModelDefinition, TableDefinition } from "../../core/index.ts";
import { problem, type Report } from "../language/problem.ts";
import { type Table, tableDefaults } from "../language/table.ts";
import { unitObjection } from "../language/unit-text.ts";
import { type Fields, readFields } from "./fields.ts";

const tableFields: Fields = {
  unit: { kind: "object", example: '{ x: "K", value: "J/(kg*K)" }' },
  x: { kind: "numbers", example: "[280, 300, 320]" },
  y: { kind: "numbers" },
  values: { kind: "numbers or rows", example: "[1.2, 1.4, 1.5]" },
  method: { kind: "method" },
  outside: { kind: "outside" },
  source: { kind: "text" },
  description: { kind: "text" },
};

const unitFields: Fields = {
  x: { kind: "text", example: '"K"' },
  y: { kind: "text" },
  value: { kind: "text", example: '"J/(kg*K)"' },
};

export const tableLimits = {
  /** Values of one table: each is a branch of the generated code. */
  values: 2000,
} as const;

/** One entry under `tables`; undefined for one that was reported. */
export function readTableDefinition(value: unknown, where: string, report: Report): TableDefinition | undefined {
  const fields = readFields(value, where, tableFields, report);
  const unit = fields && readFields(fields["unit"], `${where}.unit`, unitFields, report);
  // The field tables above are what makes this cast true; a copy, so that nobody else's arrays are frozen with the model.
  return unit && (structuredClone({ ...fields, unit }) as unknown as TableDefinition);
}

/** Every table by name; undefined for one that cannot be used, which is reported. */
export function checkTables(
  { tables = {} }: ModelDefinition,
  names: readonly string[],
  report: Report,
): ReadonlyMap<string, Table | undefined> {
  const found = new Map<string, Table | undefined>(names.map((name) => [name, undefined]));
  for (const [table, definition] of Object.entries(tables)) {
    const where = `tables.${table}`;
    const what = objection(definition);
    if (what !== undefined) report(problem("model/table-data", { where }, { table, what }));
    const units = Object.entries(definition.unit).map(([of, unit]) => {
      const why = unit === undefined ? undefined : unitObjection(unit);
      if (why !== undefined) report(problem("model/unit", { where: `${where}.unit.${of}` }, { unit: unit!, why }));
      return why === undefined;
    });
    if (what === undefined && units.every(Boolean)) found.set(table, made(table, definition));
  }
  return found;
}

/** What is wrong with the data of a table. */
function objection({ x, y, values, unit, method }: TableDefinition): string | undefined {
  for (const [name, axis] of [
    ["x", x],
    ["y", y],
  ] as const) {
    if (axis === undefined) continue;
    if (axis.length < 2) return `\`${name}\` has ${axis.length} value${axis.length === 1 ? "" : "s"}, two or more are needed`;
    const fall = axis.findIndex((value, i) => i > 0 && !(value > axis[i - 1]!));
    if (fall > 0) return `\`${name}\` does not increase from ${axis[fall - 1]} to ${axis[fall]}`;
  }
  if ((y === undefined) !== (unit.y === undefined))
    return y === undefined ? "`unit.y` is given, but not `y`" : "`y` is given, but not `unit.y`";
  if (values.length !== x.length) return `\`values\` has ${values.length} entries for ${x.length} values of x`;
  for (const [i, row] of values.entries()) {
    if (isRow(row) !== (y !== undefined))
      return y === undefined ? "`values` has rows, but there is no `y`" : "`values` has no rows, one a value of x";
    if (isRow(row) && row.length !== y!.length) return `row ${i + 1} of \`values\` has ${row.length} entries for ${y!.length} values of y`;
  }
  if (y !== undefined && method === "monotone") return '`method: "monotone"` is for one dimension';
  const count = x.length * (y?.length ?? 1);
  if (count > tableLimits.values) return `it has ${count} values, ${tableLimits.values} are allowed`;
  return undefined;
}

const isRow = (value: number | readonly number[]): value is readonly number[] => typeof value !== "number";

function made(name: string, { x, y, values, method, outside, unit }: TableDefinition): Table {
  return {
    name,
    x,
    y,
    values: [...values].map((row: number | readonly number[]) => (isRow(row) ? row : [row])),
    method: method ?? tableDefaults.method,
    outside: outside ?? tableDefaults.outside,
    unit: { x: unit.x, y: unit.y, value: unit.value },
  };
}
