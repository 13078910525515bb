/**
 * Which names a measured quantity can depend on in a window, read from the equations: where an input or a fixed parameter is 0, what it
 * multiplies does not act. Conditions of an experiment often leave most parameters without effect; their derivatives are then not computed.
 *
 * Errs on the side of dependence: a name that is left out has derivatives that are exactly 0.
 */
import type { ModelDefinition } from "../../core/index.ts";
import { type Expression, parseExpression } from "../../models/index.ts";

/** What an expression can be: a number that is known, or something that depends on names. */
interface Part {
  readonly value: number | undefined;
  readonly names: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();
const known = (value: number): Part => ({ value, names: none });
const open = (...parts: readonly Part[]): Part => ({ value: undefined, names: new Set(parts.flatMap(({ names }) => [...names])) });

const trees = new WeakMap<ModelDefinition, Map<string, Expression>>();

/** Parsed once a definition and text. */
function treeOf(definition: ModelDefinition, text: string): Expression {
  const own = trees.get(definition) ?? new Map<string, Expression>();
  trees.set(definition, own);
  const tree = own.get(text) ?? parseExpression(text);
  own.set(text, tree);
  return tree;
}

/**
 * Parameters and states that the wanted quantities can depend on.
 *
 * @param constants  values of parameters and inputs that do not change, neither in the window nor in the search
 * @param wanted  names of observables
 * @returns undefined where the definition does not say: models of functions, events
 */
export function influences(
  definition: ModelDefinition,
  constants: ReadonlyMap<string, number>,
  wanted: readonly string[],
): ReadonlySet<string> | undefined {
  const { parameters, states, algebraic, derivatives, events, outputs, inputs } = definition;
  if (Object.keys(events).length > 0) return undefined;
  const implicit = Object.values(algebraic).flatMap((one) => ("zero" in one ? [one.zero] : []));
  const parts = new Map<string, Part>();

  const named = (name: string): Part => {
    const value = constants.get(name);
    if (value !== undefined) return known(value);
    if (Object.hasOwn(parameters, name) || Object.hasOwn(states, name)) return { value: undefined, names: new Set([name]) };
    if (Object.hasOwn(inputs, name) || name === "t") return open();
    const found = parts.get(name);
    if (found) return found;
    const own = Object.hasOwn(algebraic, name) ? algebraic[name] : undefined;
    const text = own ? ("is" in own ? own.is : undefined) : Object.hasOwn(outputs, name) ? outputs[name]!.is : undefined;
    // An implicit one, or a name that this file does not know: it stands for itself.
    const part = text === undefined ? { value: undefined, names: new Set([name]) } : partOf(treeOf(definition, text));
    parts.set(name, part);
    return part;
  };

  const partOf = (tree: Expression): Part => {
    switch (tree.op) {
      case "number":
        return known(tree.value);
      case "name":
        return named(tree.name);
      case "neg": {
        const of = partOf(tree.of);
        return of.value === undefined ? of : known(-of.value);
      }
      case "add":
      case "sub":
      case "mul":
      case "div":
      case "pow":
        return combined(tree.op, partOf(tree.left), partOf(tree.right));
      case "if": {
        const test = comparison(tree.test);
        if (test !== undefined) return partOf(test ? tree.yes : tree.no);
        return open(partOf(tree.test), partOf(tree.yes), partOf(tree.no));
      }
      case "not":
        return open(partOf(tree.of));
      case "call":
      case "lookup":
        return open(...tree.of.map(partOf));
      case "delay":
        return open(partOf(tree.of), partOf(tree.by));
      default:
        return open(partOf(tree.left), partOf(tree.right));
    }
  };

  /** Whether a comparison of two known numbers holds. */
  const comparison = (tree: Expression): boolean | undefined => {
    if (tree.op !== "lt" && tree.op !== "le" && tree.op !== "gt" && tree.op !== "ge") return undefined;
    const [a, b] = [partOf(tree.left).value, partOf(tree.right).value];
    if (a === undefined || b === undefined) return undefined;
    return tree.op === "lt" ? a < b : tree.op === "le" ? a <= b : tree.op === "gt" ? a > b : a >= b;
  };

  const reached = new Set<string>();
  const follow = (part: Part): void => {
    for (const name of part.names) {
      if (reached.has(name)) continue;
      reached.add(name);
      if (Object.hasOwn(parameters, name)) continue;
      if (!Object.hasOwn(states, name)) {
        // Implicit equations are solved together.
        for (const zero of implicit) follow(partOf(treeOf(definition, zero)));
        continue;
      }
      const { initial } = states[name]!;
      if (typeof initial === "string") follow(partOf(treeOf(definition, initial)));
      const rate = derivatives[name];
      if (rate !== undefined) follow(partOf(treeOf(definition, rate)));
    }
  };
  try {
    for (const name of wanted) follow(named(name));
  } catch {
    return undefined;
  }
  const whole = [...reached].every(
    (name) => Object.hasOwn(parameters, name) || Object.hasOwn(states, name) || Object.hasOwn(algebraic, name),
  );
  return whole && Object.keys(derivatives).length > 0 ? reached : undefined;
}

function combined(op: "add" | "sub" | "mul" | "div" | "pow", left: Part, right: Part): Part {
  const [a, b] = [left.value, right.value];
  if (op === "mul" && (a === 0 || b === 0)) return known(0);
  if (op === "div" && a === 0) return known(0);
  if (a === undefined || b === undefined) return open(left, right);
  switch (op) {
    case "add":
      return known(a + b);
    case "sub":
      return known(a - b);
    case "mul":
      return known(a * b);
    case "div":
      return known(a / b);
    default:
      return known(a ** b);
  }
}
