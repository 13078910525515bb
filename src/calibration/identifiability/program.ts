/**
 * Equations as a list of the few operations whose power series have simple recurrences: arithmetic, and functions that are integrals of
 * something known.
 */
import { evaluateNodes, type Graph, type NodeId } from "../../models/index.ts";

/** Place in the list. */
export type Place = number;

export type Operation =
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "symbol"; readonly name: string }
  | { readonly op: "add" | "sub" | "mul" | "div"; readonly a: Place; readonly b: Place }
  | { readonly op: "neg"; readonly a: Place }
  /** The function `name` of a, whose derivative along a is the operation at `slope`, which may depend on the function itself. */
  | { readonly op: "function"; readonly name: string; readonly a: Place; slope: Place };

export interface Program {
  readonly operations: readonly Operation[];
  /** Adds the operations of a node, if they are not there. */
  place(node: NodeId): Place;
  /** Operations added directly. */
  add(operation: Operation): Place;
  /** Conditions that were decided by the values at the point, such as "T > 350". */
  readonly decided: ReadonlySet<NodeId>;
}

/**
 * @param value  of symbols: where conditions, `min`, `max` and `abs` take the branch that holds at these values
 */
export function programOf(source: Graph, value: (symbol: string) => number): Program {
  const operations: Operation[] = [];
  const places = new Map<NodeId, Place>();
  const made = new Map<string, Place>();
  const decided = new Set<NodeId>();
  let real: readonly number[] | undefined;
  const realOf = (id: NodeId): number => {
    if (real === undefined || real.length < source.nodes.length) real = evaluateNodes(source, [...source.nodes.keys()], value);
    return real[id]!;
  };
  const add = (operation: Operation): Place => {
    const key = JSON.stringify(operation);
    const found = made.get(key);
    if (found !== undefined) return found;
    made.set(key, operations.length);
    return operations.push(operation) - 1;
  };
  const number = (of: number): Place => add({ op: "number", value: of });
  const two = (op: "add" | "sub" | "mul" | "div", a: Place, b: Place): Place => add({ op, a, b });
  const applied = (name: string, a: Place, slope: (self: Place) => Place): Place => {
    const key = `${name} ${a}`;
    const found = made.get(key);
    if (found !== undefined) return found;
    const operation = { op: "function" as const, name, a, slope: -1 };
    const self = operations.push(operation) - 1;
    made.set(key, self);
    operation.slope = slope(self);
    return self;
  };
  const exp = (a: Place): Place => applied("exp", a, (self) => self);
  const log = (a: Place): Place => applied("log", a, () => two("div", number(1), a));
  const power = (a: Place, exponent: number): Place =>
    applied(`power ${exponent}`, a, (self) => two("div", two("mul", number(exponent), self), a));
  const one = number(1);
  const square = (a: Place): Place => two("mul", a, a);
  /** tan of half the angle: sine and cosine are fractions of it. */
  const half = (a: Place): Place => {
    const angle = two("div", a, number(2));
    return applied("tan", angle, (self) => two("add", one, square(self)));
  };
  const sin = (a: Place): Place => {
    const w = half(a);
    return two("div", two("mul", number(2), w), two("add", one, square(w)));
  };
  const cos = (a: Place): Place => {
    const w = half(a);
    return two("div", two("sub", one, square(w)), two("add", one, square(w)));
  };
  const arcsine = (a: Place): Place => applied("asin", a, () => two("div", one, power(two("sub", one, square(a)), 0.5)));
  const arctangent = (a: Place): Place => applied("atan", a, () => two("div", one, two("add", one, square(a))));
  const branch = (id: NodeId, chosen: NodeId): Place => {
    decided.add(id);
    return place(chosen);
  };

  const place = (id: NodeId): Place => {
    const found = places.get(id);
    if (found !== undefined) return found;
    const at = lower(id);
    places.set(id, at);
    return at;
  };
  const lower = (id: NodeId): Place => {
    const node = source.nodes[id]!;
    switch (node.op) {
      case "number":
        return number(node.value);
      case "symbol":
        return add({ op: "symbol", name: node.name });
      case "add":
      case "sub":
      case "mul":
      case "div":
        return two(node.op, place(node.a), place(node.b));
      case "neg":
        return add({ op: "neg", a: place(node.a) });
      case "exp":
        return exp(place(node.a));
      case "log":
        return log(place(node.a));
      case "log10":
        return two("div", log(place(node.a)), number(Math.LN10));
      case "sqrt":
        return power(place(node.a), 0.5);
      case "pow": {
        const exponent = source.nodes[node.b]!;
        if (exponent.op === "number") return power(place(node.a), exponent.value);
        return exp(two("mul", place(node.b), log(place(node.a))));
      }
      case "sin":
        return sin(place(node.a));
      case "cos":
        return cos(place(node.a));
      case "tan":
        return two("div", sin(place(node.a)), cos(place(node.a)));
      case "tanh":
        return applied("tanh", place(node.a), (self) => two("sub", one, square(self)));
      case "sinh":
      case "cosh": {
        const e = exp(place(node.a));
        return two("div", two(node.op === "sinh" ? "sub" : "add", e, two("div", one, e)), number(2));
      }
      case "asin":
        return arcsine(place(node.a));
      case "acos":
        return two("sub", number(Math.PI / 2), arcsine(place(node.a)));
      case "atan":
        return arctangent(place(node.a));
      case "atan2":
        return arctangent(two("div", place(node.a), place(node.b)));
      case "select":
        return branch(id, realOf(node.a) !== 0 ? node.b : node.c);
      case "min":
        return branch(id, realOf(node.a) <= realOf(node.b) ? node.a : node.b);
      case "max":
        return branch(id, realOf(node.a) >= realOf(node.b) ? node.a : node.b);
      case "abs":
        decided.add(id);
        return realOf(node.a) < 0 ? add({ op: "neg", a: place(node.a) }) : place(node.a);
      case "sign":
      case "floor":
      case "ceil":
        decided.add(id);
        return number(realOf(id));
      default:
        // Tests stand under `select` only, which does not place them.
        return number(realOf(id));
    }
  };
  return { operations, place, add, decided };
}
