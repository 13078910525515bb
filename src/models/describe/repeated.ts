/** Equations that differ only by a running index, such as those of cells and of trays, told once: the one with i for i = 2 … 39. */
import type { Expression } from "../language/expression.ts";
import { running } from "./mathml.ts";

export interface Named {
  readonly name: string;
  readonly expression: Expression;
}

/** One equation, or many that are alike. */
export interface Repeated extends Named {
  /** First and last value of the running index; undefined for a single equation. */
  readonly range: readonly [first: number, last: number] | undefined;
  /** Names of all equations it stands for. */
  readonly names: readonly string[];
}

/** Fewer than this are told one by one. */
const fewest = 3;

/** A name with its numbers taken out: what cells and parts in a row have in common. */
export const family = (name: string): string => name.replace(/\[[\d,]+\]/g, `[${running}]`);

/** Equations of a family stand together, in the order of their first member; runs of equations that are alike become one. */
export function repeated(equations: readonly Named[]): readonly Repeated[] {
  const families = new Map<string, Pattern[]>();
  for (const equation of equations) {
    const key = family(equation.name);
    const members = families.get(key) ?? [];
    families.set(key, members);
    members.push(patternOf(equation));
  }
  return [...families.values()].flatMap(runs);
}

interface Pattern extends Named {
  /** The expression without its names. */
  readonly shape: string;
  /** Names in the order of the expression, after that of the equation itself. */
  readonly used: readonly string[];
}

function patternOf({ name, expression }: Named): Pattern {
  const used = [name];
  const shape = renamed(expression, (own) => {
    used.push(own);
    return "";
  });
  return { name, expression, shape: JSON.stringify(shape), used };
}

function runs(members: readonly Pattern[]): Repeated[] {
  const found: Repeated[] = [];
  for (let first = 0; first < members.length; ) {
    const shifts = members[first + 1] && shiftsBetween(members[first]!, members[first + 1]!);
    let last = first;
    if (shifts !== undefined) {
      const same = (a: Pattern, b: Pattern): boolean => shiftsBetween(a, b)?.every((shift, i) => shift === shifts[i]) ?? false;
      while (last + 1 < members.length && same(members[last]!, members[last + 1]!)) last++;
    }
    const run = members.slice(first, last + 1);
    if (shifts !== undefined && run.length >= fewest) found.push(told(run, shifts));
    else found.push(...run.map(({ name, expression }) => ({ name, expression, range: undefined, names: [name] })));
    first = last + 1;
  }
  return found;
}

/** The number that runs in a name: which of its pieces, and its value. −1: it stays the same. */
function shiftsBetween(a: Pattern, b: Pattern): readonly number[] | undefined {
  if (a.shape !== b.shape || a.used.length !== b.used.length) return undefined;
  const shifts = a.used.map((name, i) => shiftOf(name, b.used[i]!));
  return shifts[0] !== undefined && shifts[0] >= 0 && shifts.every((shift) => shift !== undefined) ? (shifts as number[]) : undefined;
}

const pieces = (name: string): readonly string[] => name.split(/\[(\d+)\]/);

function shiftOf(a: string, b: string): number | undefined {
  if (a === b) return -1;
  const [left, right] = [pieces(a), pieces(b)];
  const differing = left.flatMap((piece, i) => (piece === right[i] ? [] : [i]));
  const [at] = differing;
  const runsOn = left.length === right.length && differing.length === 1 && at! % 2 === 1 && Number(right[at!]) === Number(left[at!]) + 1;
  return runsOn ? at : undefined;
}

function told(run: readonly Pattern[], shifts: readonly number[]): Repeated {
  const [head] = run as [Pattern];
  const value = (name: string, at: number): number => Number(pieces(name)[at]);
  const own = value(head.name, shifts[0]!);
  const generic = (name: string, at: number): string => {
    if (at < 0) return name;
    const offset = value(name, at) - own;
    const text = offset === 0 ? running : `${running}${offset > 0 ? "+" : "-"}${Math.abs(offset)}`;
    return pieces(name)
      .map((piece, i) => (i % 2 === 0 ? piece : `[${i === at ? text : piece}]`))
      .join("");
  };
  let next = 1;
  return {
    name: generic(head.name, shifts[0]!),
    expression: renamed(head.expression, (name) => generic(name, shifts[next++]!)),
    range: [own, own + run.length - 1],
    names: run.map(({ name }) => name),
  };
}

/** The same expression with other names, asked for in reading order. */
export function renamed(e: Expression, name: (name: string) => string): Expression {
  switch (e.op) {
    case "number":
      return e;
    case "name":
      return { ...e, name: name(e.name) };
    case "neg":
    case "not":
      return { ...e, of: renamed(e.of, name) };
    case "if":
      return { ...e, test: renamed(e.test, name), yes: renamed(e.yes, name), no: renamed(e.no, name) };
    case "delay":
      return { ...e, of: { ...e.of, name: name(e.of.name) }, by: renamed(e.by, name) };
    case "lookup":
    case "call":
      return { ...e, of: e.of.map((argument) => renamed(argument, name)) };
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "pow":
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
    case "and":
    case "or":
      return { ...e, left: renamed(e.left, name), right: renamed(e.right, name) };
    default:
      return e satisfies never;
  }
}
