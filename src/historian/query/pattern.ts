/** A pattern query as a tree: what was asked, before it is known which tags are meant. Plain data. */

/** A number as it was written, with its unit; an empty unit: that of the tag. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

export type Comparison = ">" | ">=" | "<" | "<=" | "=" | "!=";

/** A limit on an amount of change or of time. */
export interface Limit {
  readonly sense: "more" | "less";
  /** At least, at most. */
  readonly orEqual: boolean;
  readonly amount: Quantity;
}

export type Predicate =
  | { readonly kind: "compare"; readonly comparison: Comparison; readonly limit: Quantity }
  | { readonly kind: "between"; readonly low: Quantity; readonly high: Quantity }
  | { readonly kind: "state"; readonly word: string; readonly not: boolean }
  | { readonly kind: "quality"; readonly quality: "good" | "uncertain" | "bad" | "missing"; readonly not: boolean }
  | { readonly kind: "moves"; readonly direction: "rises" | "falls" | "changes"; readonly by: Limit; readonly within: number }
  | { readonly kind: "stays"; readonly within: Quantity; readonly for: number };

/** `at`: where in the text it was written. */
export type Pattern =
  | { readonly kind: "condition"; readonly name: string; readonly at: number; readonly predicate: Predicate; readonly text: string }
  | { readonly kind: "and" | "or"; readonly parts: readonly Pattern[] }
  | { readonly kind: "not"; readonly of: Pattern }
  | { readonly kind: "lasts"; readonly of: Pattern; readonly sense: "more" | "less"; readonly seconds: number }
  | {
      readonly kind: "sequence";
      readonly of: Pattern;
      readonly order: "before" | "after";
      readonly other: Pattern;
      /** Distance from the end of the one to the start of the other. Absent: any. */
      readonly by: { readonly sense: "more" | "less"; readonly seconds: number } | undefined;
    };

/** The conditions of a pattern, in the order in which they were written. */
export function conditionsOf(pattern: Pattern): Extract<Pattern, { kind: "condition" }>[] {
  switch (pattern.kind) {
    case "condition":
      return [pattern];
    case "and":
    case "or":
      return pattern.parts.flatMap(conditionsOf);
    case "not":
    case "lasts":
      return conditionsOf(pattern.of);
    case "sequence":
      return [...conditionsOf(pattern.of), ...conditionsOf(pattern.other)];
  }
}
