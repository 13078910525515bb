/**
 * Several kernels written one after the other, in which nothing is computed twice: what one of them has computed, the later ones take over.
 *
 * Values are named by what they are made of, so equal expressions have one name. Operations keep their order: no bit changes.
 */
import type { Kernel, Place, Statement, Test, Value } from "../../core/index.ts";
import { mapLeaves, mapTest } from "../../kernel/index.ts";

/** Part of a program: the body of one kernel, or of a loop in it. */
export interface Part {
  readonly statements: Statement[];
  /** Names a value and, first, everything in it. */
  name(value: Value, hint?: string, comment?: string): Value;
  /** A part that is a loop's body: it knows the names of this part, which does not know those of the loop. */
  inside(early?: Early): Part;
}

/** Where values go that only depend on loads from arrays that `constant` says yes to. */
export interface Early {
  readonly part: Part;
  readonly constant: (array: string) => boolean;
}

export interface Program {
  /** The next kernel. */
  part(early?: Early): Part;
}

export function program(): Program {
  let next = 1;
  const known = new Map<string, Value>();
  const constants = new Set<number>();

  function part(names: readonly Map<string, Value>[], early?: Early): Part {
    const statements: Statement[] = [];
    const own = names[0]!;

    const isConstant = (value: Value): boolean => {
      if (value.op === "number") return true;
      if (value.op === "local") return constants.has(value.local);
      if (value.op === "load") return value.at.strides === undefined && early!.constant(value.array);
      if (value.op === "scalar" || value.op === "select") return false;
      return "of" in value ? isConstant(value.of) : isConstant(value.left) && isConstant(value.right);
    };

    const name = (value: Value, hint?: string, comment?: string): Value => {
      if (value.op === "number" || value.op === "local") return value;
      const whole = withNames(value, name);
      const key = keyOf(whole);
      for (const table of names) {
        const found = table.get(key);
        if (found) return found;
      }
      if (early && isConstant(whole)) {
        const named = early.part.name(whole, hint, comment);
        if (named.op === "local") constants.add(named.local);
        return named;
      }
      const local = next++;
      const named: Value = { op: "local", local };
      statements.push({
        do: "let",
        local,
        value: whole,
        ...(hint === undefined ? {} : { hint }),
        ...(comment === undefined ? {} : { comment }),
      });
      own.set(key, named);
      return named;
    };
    return { statements, name, inside: (hoist = early) => part([new Map(), ...names], hoist) };
  }

  return { part: (early) => part([known], early) };
}

/** The value with named operands. Both sides of a selection stay as they are: only one of them need be computed. */
function withNames(value: Value, name: (value: Value) => Value): Value {
  if (value.op === "number" || value.op === "local" || value.op === "load" || value.op === "scalar" || value.op === "select") return value;
  return "of" in value ? { op: value.op, of: name(value.of) } : { op: value.op, left: name(value.left), right: name(value.right) };
}

function keyOf(value: Value | Test): string {
  if (value.op === "number") return Object.is(value.value, -0) ? "-0" : String(value.value);
  if (value.op === "local") return `_${value.local}`;
  if (value.op === "scalar") return value.name;
  if (value.op === "load") return `${value.array}[${placeKey(value.at)}]`;
  if (value.op === "select") return `select(${keyOf(value.test)},${keyOf(value.yes)},${keyOf(value.no)})`;
  return "of" in value ? `${value.op}(${keyOf(value.of)})` : `${value.op}(${keyOf(value.left)},${keyOf(value.right)})`;
}

const placeKey = ({ offset, strides = [] }: Place): string => [offset, ...strides.map(({ loop, by }) => `${by}*${loop}`)].join("+");

/** What stands for the names of a kernel that is written into another. */
export interface Bindings {
  scalar(name: string): Value;
  load(array: string, at: Place): Value;
  store(array: string, at: Place, value: Value): void;
}

/** Writes statements into a part. `locals` says what has become of theirs, and goes on from one call to the next. */
export function inline(into: Part, statements: readonly Statement[], bindings: Bindings, locals: Map<number, Value>): void {
  for (const statement of statements) {
    if (statement.do === "loop") throw new Error("A loop cannot be written into a step.");
    const value = mapLeaves(statement.value, renamed(bindings, locals));
    if (statement.do === "store") bindings.store(statement.array, statement.at, value);
    else locals.set(statement.local, into.name(value, statement.hint, statement.comment));
  }
}

/** The same kernel with all its arrays, which are not work arrays, in one. */
export function inOneArray(kernel: Kernel, array: string, offsetOf: (array: string) => number): Kernel {
  const moved = (from: string, { offset, strides }: Place): Place => ({
    offset: offsetOf(from) + offset,
    ...(strides === undefined ? {} : { strides }),
  });
  const locals = { get: (local: number): Value => ({ op: "local", local }) };
  const loads: Loads = { scalar: (name) => ({ op: "scalar", name }), load: (from, at) => ({ op: "load", array, at: moved(from, at) }) };
  const value = (whole: Value): Value => mapLeaves(whole, renamed(loads, locals));
  const statement = (one: Statement): Statement => {
    if (one.do === "loop") {
      const condition = one.while && { ...one.while, test: mapTest(one.while.test, value) };
      return { ...one, while: condition, body: one.body.map(statement) };
    }
    const changed = value(one.value);
    return one.do === "let" ? { ...one, value: changed } : { ...one, array, at: moved(one.array, one.at), value: changed };
  };
  return { ...kernel, arrays: [{ name: array, role: "out" }], body: kernel.body.map(statement) };
}

type Loads = Pick<Bindings, "scalar" | "load">;
interface Locals {
  get(local: number): Value | undefined;
}

/** Leaves of the inlined kernel in terms of the other. */
function renamed(bindings: Loads, locals: Locals): (leaf: Value) => Value {
  return (leaf) => {
    if (leaf.op === "local") return locals.get(leaf.local)!;
    if (leaf.op === "scalar") return bindings.scalar(leaf.name);
    return leaf.op === "load" ? bindings.load(leaf.array, leaf.at) : leaf;
  };
}
