/** What every operation means. Interpreters, constant folding and tests share this table; generated code must agree with it. */
import type { BinaryOperation, Comparison, UnaryOperation } from "./kernel.ts";

export const unary: Readonly<Record<UnaryOperation, (a: number) => number>> = {
  neg: (a) => -a,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
};

export const binary: Readonly<Record<BinaryOperation, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  atan2: Math.atan2,
};

export const comparison: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
};

export const isUnary = (op: string): op is UnaryOperation => Object.hasOwn(unary, op);
export const isBinary = (op: string): op is BinaryOperation => Object.hasOwn(binary, op);
export const isComparison = (op: string): op is Comparison => Object.hasOwn(comparison, op);
