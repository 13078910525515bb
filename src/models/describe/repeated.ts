/** Equations that differ only by a running index, such as those of cells and of trays, told once: the one with i for i = 2 … 39. */
import type { Expression } from "../language/expression.ts";

/** The placeholder of a running index, a letter that no name can contain, and that of a sum. */
export const running = "𝑖";
export const summing = "𝑗";

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

/** The number that runs in each name: which of its pieces. −1: the name stays the same. Undefined where the two are not alike. */
function shiftsOf(a: Pattern, b: Pattern): readonly number[] | undefined {
  if (a.shape !== b.shape || a.used.length !== b.used.length) return undefined;
  const shifts = a.used.map((name, i) => shiftOf(name, b.used[i]!));
  return shifts.every((shift) => shift !== undefined) ? shifts : undefined;
}

/** The same of two equations whose own name runs. */
function shiftsBetween(a: Pattern, b: Pattern): readonly number[] | undefined {
  const shifts = shiftsOf(a, b);
  return shifts !== undefined && shifts[0]! >= 0 ? shifts : undefined;
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

const value = (name: string, at: number): number => Number(pieces(name)[at]);

/** A name with a letter for the number that runs, and what is to be added to it. */
function generic(name: string, at: number, first: number, letter: string): string {
  if (at < 0) return name;
  const offset = value(name, at) - first;
  const text = offset === 0 ? letter : `${letter}${offset > 0 ? "+" : "-"}${Math.abs(offset)}`;
  return pieces(name)
    .map((piece, i) => (i % 2 === 0 ? piece : `[${i === at ? text : piece}]`))
    .join("");
}

function told(run: readonly Pattern[], shifts: readonly number[]): Repeated {
  const [head] = run as [Pattern];
  const first = value(head.name, shifts[0]!);
  let next = 1;
  return {
    name: generic(head.name, shifts[0]!, first, running),
    expression: renamed(head.expression, (name) => generic(name, shifts[next++]!, first, running)),
    range: [first, first + run.length - 1],
    names: run.map(({ name }) => name),
  };
}

export interface Sum {
  /** With {@link summing} for the number that runs. */
  readonly term: Expression;
  readonly range: readonly [first: number, last: number];
}

/** Fewer terms are written out. */
const fewestTerms = 4;

/** A sum of terms that differ only by a running index, such as that of all cells; undefined for other expressions. */
export function sumOf(expression: Expression): Sum | undefined {
  const terms: Expression[] = [];
  let rest = expression;
  for (; rest.op === "add"; rest = rest.left) terms.push(rest.right);
  terms.push(rest);
  if (terms.length < fewestTerms) return undefined;
  const [head, ...others] = terms.reverse() as [Expression, ...Expression[]];
  const leading = patternOf({ name: "", expression: head });
  let [previous, shifts]: [Pattern, readonly number[] | undefined] = [leading, undefined];
  for (const expression of others) {
    const pattern = patternOf({ name: "", expression });
    const moved = shiftsOf(previous, pattern);
    if (moved === undefined || !(shifts ?? moved).every((shift, i) => shift === moved[i])) return undefined;
    [previous, shifts] = [pattern, moved];
  }
  const at = shifts?.findIndex((shift) => shift >= 0) ?? -1;
  if (shifts === undefined || at < 0) return undefined;
  const places = shifts;
  const first = value(leading.used[at]!, places[at]!);
  let next = 1;
  return {
    term: renamed(head, (name) => generic(name, places[next++]!, first, summing)),
    range: [first, first + terms.length - 1],
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
      return { ...e, of: renamed(e.of, name), by: renamed(e.by, name) };
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
