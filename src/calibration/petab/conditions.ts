/** The table of conditions: what each sets, as numbers that tell conditions apart (inputs of the model) and as texts made of them. */
import { GreyboxError } from "../../core/index.ts";
import { formulaText, isUnread } from "./formula.ts";
import { nameOf, namesUsed, numberText } from "./names.ts";
import type { Row, Table } from "./tables.ts";

/** What conditions say of one symbol. */
export interface Override {
  /** What the symbol is, as text of parameters and inputs; `otherwise` is what the model itself says. */
  text(otherwise: () => string): string;
  /** Whether some condition leaves it to the model. */
  readonly open: boolean;
  /** Conditions that say something, by name. */
  readonly says: ReadonlySet<string>;
  /** Inputs that the text needs: value in each condition. */
  readonly inputs: Readonly<Record<string, ReadonlyMap<string, number>>>;
}

/** One assignment: a condition gives a symbol a value. Undefined: it leaves it as it is. */
export interface Assignment {
  readonly condition: string;
  readonly symbol: string;
  readonly value: string | undefined;
  readonly line: number;
}

/** The assignments of a table of PEtab 1: a column for each symbol. */
export function assignmentsOf(table: Table): Assignment[] {
  const columns = table.columns.filter((column) => column !== "conditionId" && column !== "conditionName" && column !== "");
  return table.rows.flatMap((row: Row) =>
    columns.map((symbol) => ({ condition: row.get("conditionId") ?? "", symbol, value: row.get(symbol), line: row.line })),
  );
}

/**
 * @param used  conditions that something is simulated or measured in
 * @param known  whether a name may be used as a value
 * @throws GreyboxError `calibration/petab`
 */
export function overridesOf(
  file: string,
  assignments: readonly Assignment[],
  used: readonly string[],
  known: (id: string) => boolean,
): Map<string, Override> {
  const symbols = [...new Set(assignments.map(({ symbol }) => symbol))];
  return new Map(
    symbols.flatMap((symbol): [string, Override][] => {
      const own = new Map<string, string>();
      for (const { condition, symbol: other, value, line } of assignments) {
        if (other !== symbol || !used.includes(condition) || value === undefined) continue;
        own.set(condition, cellText(file, line, value, known));
      }
      return own.size === 0 ? [] : [[symbol, overrideOf(nameOf(symbol), own, used)]];
    }),
  );
}

function cellText(file: string, line: number, cell: string, known: (id: string) => boolean): string {
  if (!Number.isNaN(Number(cell))) return numberText(Number(cell));
  const text = formulaText(cell, nameOf);
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file, line, why });
  };
  if (isUnread(text)) return refuse(`"${cell}" cannot be read: ${text.why}`);
  for (const name of /^\w+$/.test(cell) ? [cell] : namesUsed(text)) {
    if (!known(name)) refuse(`"${name}" is neither a number nor a parameter`);
  }
  return /^\w+$/.test(text) ? text : `(${text})`;
}

function overrideOf(name: string, own: ReadonlyMap<string, string>, used: readonly string[]): Override {
  const says = new Set(own.keys());
  const open = used.some((condition) => !says.has(condition));
  const texts = [...new Set(own.values())];
  const first = texts[0]!;
  if (!open && texts.length === 1) return { text: () => first, open, says, inputs: {} };
  const number = (text: string): number => Number(text.replace(/^\((.*)\)$/, "$1"));
  const chosen = texts.filter((text) => Number.isNaN(number(text)));
  const inputs: Record<string, ReadonlyMap<string, number>> = {};
  const column = (of: (text: string | undefined) => number): Map<string, number> =>
    new Map(used.map((condition) => [condition, of(own.get(condition))]));
  const numbers = texts.length > chosen.length;
  if (numbers) inputs[`${name}_value`] = column((text) => (text === undefined || chosen.includes(text) ? 0 : number(text)));
  const flags = chosen.map((text, k) => (/^\w+$/.test(text) ? `${name}_is_${text}` : `${name}_is_${k + 1}`));
  for (const [k, flag] of flags.entries()) inputs[flag] = column((text) => (text === chosen[k] ? 1 : 0));
  if (open) inputs[`${name}_as_given`] = column((text) => (text === undefined ? 1 : 0));
  const parts = [...(numbers ? [`${name}_value`] : []), ...flags.map((flag, k) => `${flag}*${chosen[k]}`)];
  return { text: (otherwise) => `(${[...parts, ...(open ? [`${name}_as_given*${otherwise()}`] : [])].join(" + ")})`, open, says, inputs };
}
