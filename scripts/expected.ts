/** What an example must reach, and whether it did. */

/** `source` says where the number comes from. */
export type Expected = { readonly source: string } & (
  | { readonly near: number; readonly within: number }
  | { readonly atLeast: number }
  | { readonly atMost: number }
);

export interface Verdict {
  readonly name: string;
  readonly holds: boolean;
  readonly sentence: string;
}

/** One verdict for each expected figure. A figure that is missing, or not a finite number, does not hold. */
export function compare(expected: Readonly<Record<string, Expected>>, figures: Readonly<Record<string, unknown>>): Verdict[] {
  return Object.entries(expected).map(([name, rule]) => {
    const reached = figures[name];
    if (typeof reached !== "number" || !Number.isFinite(reached))
      return { name, holds: false, sentence: `${name}: expected a number, got ${reached}` };
    return { name, holds: holds(rule, reached), sentence: `${name}: ${reached}, expected ${wanted(rule)} (${rule.source})` };
  });
}

function holds(rule: Expected, reached: number): boolean {
  if ("near" in rule) return Math.abs(reached - rule.near) <= rule.within;
  return "atLeast" in rule ? reached >= rule.atLeast : reached <= rule.atMost;
}

function wanted(rule: Expected): string {
  if ("near" in rule) return `${rule.near} ± ${rule.within}`;
  return "atLeast" in rule ? `at least ${rule.atLeast}` : `at most ${rule.atMost}`;
}
