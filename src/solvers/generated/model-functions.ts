/** Functions of a model, written into the code of a step: at any time and state, with the inputs on their lines. */
import type { Kernel, Statement, SystemKernels, Value } from "../../core/index.ts";
import { sizeOfKernel } from "../../kernel/index.ts";
import { type Bindings, inline, type Part } from "./program.ts";
import { load, minus, number, plus, scalar, times } from "./values.ts";

/** The statements of a kernel before its loops, and the bodies of those. */
export interface Parts {
  readonly straight: readonly Statement[];
  readonly loops: readonly (readonly Statement[])[];
}

/** Undefined where the kernel is of another form, or longer than `most`. */
export function partsOf(kernel: Kernel, most: number): Parts | undefined {
  const { body } = kernel;
  if (sizeOfKernel(kernel) > most) return undefined;
  const straight = body.filter((statement) => statement.do !== "loop");
  const loops = body.flatMap((statement) => (statement.do === "loop" ? [statement.body] : []));
  const first = body.findIndex((statement) => statement.do === "loop");
  if (loops.length > 0 && first < straight.length) return undefined;
  return loops.some((inner) => inner.some((statement) => statement.do === "loop")) ? undefined : { straight, loops };
}

/** Where a model is looked at. */
export interface Point {
  readonly time: Value;
  readonly state: readonly Value[];
}

/** A derivative whose partial derivatives are named: what is left is to multiply them with directions. */
export interface Prepared {
  /** Along one direction; entries that no variable moves are zero. */
  along(into: Part, directions: Readonly<Record<string, readonly Value[]>>): Value[];
}

export interface ModelFunctions {
  rhs(into: Part, at: Point): Value[];
  jacobian(into: Part, at: Point): Value[];
  tangent(into: Part, at: Point): Prepared;
  driven(into: Part, at: Point): Prepared;
  jacobianTangent(into: Part, at: Point): Prepared;
}

/** What a form of step needs of a model. */
export interface Wanted {
  readonly n: number;
  readonly nonZeros: number;
  /** True when inputs change within a piece. */
  readonly moving: boolean;
  /** Operations above which a function is too long to be written out again and again. */
  readonly operations: number;
  readonly tangentOperations: number;
  readonly functions: readonly (keyof ModelFunctions)[];
}

/**
 * Undefined where one of the functions is not straight-line code, or long. Parameters are loaded from `p`, inputs from `u` and `slope`, and
 * the time at which they were `u` is the scalar `begin`.
 */
export function modelFunctions(kernels: SystemKernels, wanted: Wanted): ModelFunctions | undefined {
  const { n, nonZeros, moving, operations, tangentOperations } = wanted;
  const parts = new Map<keyof ModelFunctions, Parts>();
  for (const name of wanted.functions) {
    const plain = name === "rhs" || name === "jacobian";
    const found = partsOf(kernels[name](), plain ? operations : tangentOperations);
    if (!found || (plain && found.loops.length > 0)) return undefined;
    parts.set(name, found);
  }

  const bindings = ({ time, state }: Point, keep: Bindings["store"]): Bindings => ({
    scalar: () => time,
    load(array, at) {
      if (array === "x") return state[at.offset]!;
      if (array === "p" || !moving) return load(array, at.offset);
      return plus(load("u", at.offset), times(load("slope", at.offset), minus(time, scalar("begin"))));
    },
    store: keep,
  });

  const evaluate = (name: "rhs" | "jacobian", size: number, hint: string) => (into: Part, at: Point) => {
    const result: Value[] = new Array(size);
    const keep: Bindings["store"] = (_array, { offset }, value) => {
      result[offset] = into.name(value, `${hint}${offset}`);
    };
    inline(into, parts.get(name)!.straight, bindings(at, keep), new Map());
    return result;
  };

  const prepare = (name: "tangent" | "driven" | "jacobianTangent", size: number) => (into: Part, at: Point) => {
    const { straight, loops } = parts.get(name)!;
    const locals = new Map<number, Value>();
    inline(
      into,
      straight,
      bindings(at, () => undefined),
      locals,
    );
    return {
      along(inner: Part, directions: Readonly<Record<string, readonly Value[]>>): Value[] {
        const result: Value[] = Array.from({ length: size }, () => number(0));
        const during: Bindings = {
          scalar,
          load: (array, { offset }) => (array === "out" ? result : directions[array]!)[offset]!,
          store: (_array, { offset }, value) => {
            result[offset] = inner.name(value);
          },
        };
        for (const loop of loops) inline(inner, loop, during, new Map(locals));
        return result;
      },
    };
  };

  return {
    rhs: evaluate("rhs", n, "f"),
    jacobian: evaluate("jacobian", nonZeros, "j"),
    tangent: prepare("tangent", n),
    driven: prepare("driven", n),
    jacobianTangent: prepare("jacobianTangent", nonZeros),
  };
}
