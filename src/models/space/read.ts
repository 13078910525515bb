/**
 * Equations with operators of space: `ddz(…)`, `d2dz2(…)`, `at(…, end)`, `mean(…)`, `integral(…)`.
 *
 * Each call is taken out and its arguments are read by themselves; a name of the same length stands in its place, so that columns in messages
 * are those of the text as it was written.
 */
import type { Expression } from "../language/expression.ts";
import { readExpression } from "../language/parse.ts";
import { type Problem, problem, type Report } from "../language/problem.ts";

export type Operator =
  | { readonly kind: "first" | "second"; readonly axis: string; readonly of: FieldExpression }
  | { readonly kind: "mean"; readonly of: FieldExpression }
  | { readonly kind: "integral"; readonly of: FieldExpression }
  /** `place`: a fraction of the axis from 0 to 1. */
  | { readonly kind: "at"; readonly of: FieldExpression; readonly place: number | "start" | "end" };

/** An expression in which some names stand for operators. */
export interface FieldExpression {
  readonly expression: Expression;
  readonly operators: ReadonlyMap<string, Operator>;
}

export interface Scope {
  readonly names: ReadonlySet<string>;
  readonly axes: readonly string[];
}

/** Reads an equation; undefined when it was reported. */
export function readField(text: string, where: string, scope: Scope, report: Report): FieldExpression | undefined {
  return readPart(text, 0, { text, where, scope, report });
}

interface Whole {
  readonly text: string;
  readonly where: string;
  readonly scope: Scope;
  readonly report: Report;
}

function readPart(part: string, offset: number, whole: Whole): FieldExpression | undefined {
  const { scope, where, report } = whole;
  const operators = new Map<string, Operator>();
  const pattern = new RegExp(`(?<![A-Za-z0-9_.])(${[...operatorNames(scope.axes).keys()].join("|")})\\s*\\(`, "g");
  let outer = "";
  let at = 0;
  for (let call = pattern.exec(part); call !== null; call = pattern.exec(part)) {
    const open = call.index + call[0].length;
    const close = closing(part, open);
    if (close === undefined) break; // The reader of the text reports the bracket.
    const operator = readCall(call[1]!, part.slice(open, close), offset + open, whole);
    if (operator === undefined) return undefined;
    const placeholder = `_${operators.size}`.padEnd(close + 1 - call.index, "_");
    operators.set(placeholder, operator);
    outer += part.slice(at, call.index) + placeholder;
    at = close + 1;
    pattern.lastIndex = at;
  }
  outer += part.slice(at);
  const names = new Set([...scope.names, ...operators.keys()]);
  let sound = true;
  const expression = readExpression(outer, { where, names }, (found) => {
    sound = false;
    report(placed(found, offset, whole));
  });
  return sound && expression !== undefined ? { expression, operators } : undefined;
}

const placed = (found: Problem, offset: number, { text }: Whole): Problem => ({
  ...found,
  equation: text,
  column: found.column === undefined ? undefined : found.column + offset,
});

/** What is called how. */
function operatorNames(axes: readonly string[]): ReadonlyMap<string, { readonly kind: Operator["kind"]; readonly axis: string }> {
  const found = new Map<string, { readonly kind: Operator["kind"]; readonly axis: string }>();
  for (const axis of axes) found.set(`dd${axis}`, { kind: "first", axis }).set(`d2d${axis}2`, { kind: "second", axis });
  for (const kind of ["mean", "integral", "at"] as const) found.set(kind, { kind, axis: "" });
  return found;
}

/** Index of the bracket that closes the one before `open`. */
function closing(text: string, open: number): number | undefined {
  let depth = 1;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return undefined;
}

function readCall(called: string, inside: string, offset: number, whole: Whole): Operator | undefined {
  const { where, report, text, scope } = whole;
  const { kind, axis } = operatorNames(scope.axes).get(called)!;
  const parts = splitArguments(inside);
  const wanted = kind === "at" ? 2 : 1;
  if (parts.length !== wanted) {
    report(
      problem(
        "model/arity",
        { where, equation: text, column: offset + 1 },
        { name: called, expected: String(wanted), actual: parts.length },
      ),
    );
    return undefined;
  }
  const of = readPart(parts[0]!, offset, whole);
  if (of === undefined) return undefined;
  if (kind === "first" || kind === "second") return { kind, axis, of };
  if (kind !== "at") return { kind, of };
  const place = parts[1]!.trim();
  if (place === "start" || place === "end") return { kind, of, place };
  const fraction = Number(place);
  if (place !== "" && fraction >= 0 && fraction <= 1) return { kind, of, place: fraction };
  const value = place.length > 40 ? `${place.slice(0, 40)}…` : place;
  report(
    problem(
      "model/value",
      { where, equation: text, column: offset + 1 },
      { value, expected: "start, end or a fraction of the axis from 0 to 1" },
    ),
  );
  return undefined;
}

function splitArguments(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}
