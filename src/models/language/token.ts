/** The pieces an equation is cut into, and how large it may be. */
import type { FunctionName } from "./expression.ts";
import type { SpecialFunction } from "./words.ts";

export const limits = {
  /** Characters of an equation. */
  length: 10_000,
  /** Brackets inside brackets, signs and powers stacked on each other. */
  nesting: 100,
  /** Operators on the way from the result to a leaf; a sum of n terms counts n. */
  depth: 1000,
  /** Tokens of an equation. */
  tokens: 5000,
} as const;

/** Columns count from 1. */
export type Token =
  | { readonly kind: "number"; readonly column: number; readonly value: number; readonly unit: string | undefined }
  | { readonly kind: "name"; readonly column: number; readonly name: string }
  | { readonly kind: "call"; readonly column: number; readonly name: FunctionName | SpecialFunction }
  | { readonly kind: "mark"; readonly column: number; readonly text: string };

/** A place in a text, and what can be taken from there. */
export interface Cursor {
  readonly text: string;
  at: number;
  /** The match of a sticky pattern at the cursor, which moves behind it; undefined, also for an empty match. */
  take(pattern: RegExp): string | undefined;
}

export function cursorOver(text: string): Cursor {
  return {
    text,
    at: 0,
    take(pattern) {
      pattern.lastIndex = this.at;
      const found = pattern.exec(text)?.[0];
      if (!found) return undefined;
      this.at += found.length;
      return found;
    },
  };
}

/** Sticky: they match at the cursor or not at all. */
export const patterns = {
  blank: /[ \t\r\n]+/y,
  number: /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y,
  /** Parts are joined by dots; each may have whole numbers in brackets, as `trays[3].x`: part of the name, not an operation. */
  name: /[A-Za-z_][A-Za-z0-9_]*(?:\[\d+(?:,\d+)*\])?(?:\.[A-Za-z_][A-Za-z0-9_]*(?:\[\d+(?:,\d+)*\])?)*/y,
  unitWord: /[A-Za-z_][A-Za-z0-9_]*/y,
  unitPower: /\^-?\d+(?:\.\d+)?/y,
  operator: /<=|>=|==|!=|[-+*/^<>]/y,
} as const;
