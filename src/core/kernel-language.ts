/**
 * The kernel language: arithmetic on doubles, arrays, counted loops and selections, as plain data.
 *
 * What is not in it is what makes it easy to emit anywhere: no branches but `select` (both sides may be computed), no calls but the
 * operations listed here, no integers but loop counters and places in arrays, no order of evaluation that matters.
 */

/** Operations of one number. Their meaning is `kernel/arithmetic.ts`. */
export type UnaryOperation =
  | "neg"
  | "exp"
  | "log"
  | "log10"
  | "sqrt"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "abs"
  | "sign"
  | "floor"
  | "ceil";

/** Operations of two numbers. */
export type BinaryOperation = "add" | "sub" | "mul" | "div" | "pow" | "min" | "max" | "atan2";

export type Comparison = "lt" | "le" | "gt" | "ge" | "eq" | "ne";

/** A double. */
export type Value =
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "local"; readonly local: number }
  | { readonly op: "scalar"; readonly name: string }
  | { readonly op: "load"; readonly array: string; readonly at: Place }
  | { readonly op: UnaryOperation; readonly of: Value }
  | { readonly op: BinaryOperation; readonly left: Value; readonly right: Value }
  | { readonly op: "select"; readonly test: Test; readonly yes: Value; readonly no: Value };

/** A truth value: it can be tested, not stored. */
export type Test =
  | { readonly op: Comparison; readonly left: Value; readonly right: Value }
  | { readonly op: "and" | "or"; readonly left: Test; readonly right: Test }
  | { readonly op: "not"; readonly of: Test };

/** A place in an array: `offset + Σ by · loop`, with the counters of enclosing loops. */
export interface Place {
  readonly offset: number;
  readonly strides?: readonly { readonly loop: string; readonly by: number }[];
}

export type Statement =
  /** Names a value. Locals are numbered; `hint` is for readers of the generated code only. */
  | { readonly do: "let"; readonly local: number; readonly value: Value; readonly hint?: string; readonly comment?: string }
  | { readonly do: "store"; readonly array: string; readonly at: Place; readonly value: Value; readonly comment?: string }
  /** Runs the body for loop = 0 … count − 1. `count` is a number or the name of an integer scalar. */
  | {
      readonly do: "loop";
      readonly loop: string;
      readonly count: number | string;
      readonly while?: Condition | undefined;
      readonly body: readonly Statement[];
    };

/**
 * Ends a loop early: looked at before every pass, with the names known outside the loop. Where members are computed side by side, the pass is
 * made while the test holds in `every` one of them, or in `some`; a body that runs for the sake of another member must then leave the
 * numbers of those alone for whom it does not hold, by selections.
 */
export interface Condition {
  readonly test: Test;
  readonly in: "every" | "some";
}

/** `in`: read only. `out`: written, and may be read after. `work`: belongs to the kernel, `length` long, holds nothing between calls. */
export interface ArrayDeclaration {
  readonly name: string;
  readonly role: "in" | "out" | "work";
  readonly length?: number;
}

export interface ScalarDeclaration {
  readonly name: string;
  readonly type: "number" | "integer";
}

/**
 * One function. Called with its scalars in order, then its arrays that are not `work` in order.
 *
 * @example
 * const kernel: Kernel = {
 *   name: "double", scalars: [], arrays: [{ name: "x", role: "in" }, { name: "out", role: "out" }],
 *   body: [{ do: "store", array: "out", at: { offset: 0 }, value: { op: "mul", left: { op: "number", value: 2 },
 *     right: { op: "load", array: "x", at: { offset: 0 } } } }],
 * };
 */
export interface Kernel {
  readonly name: string;
  readonly scalars: readonly ScalarDeclaration[];
  readonly arrays: readonly ArrayDeclaration[];
  readonly body: readonly Statement[];
}

/** An instantiated kernel. Its scalars in order, then its arrays that are not `work` in order. */
export type KernelFunction = (...operands: readonly (number | Float64Array)[]) => void;
