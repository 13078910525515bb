/** When loops are looked for, and how long they may be. */
export const defaults = {
  /** Kernels of fewer operations stay as they are. */
  operations: 2000,
  /** Least number of repetitions that make a loop. */
  repetitions: 12,
  /** Longest body, in statements. */
  period: 400,
  /** Operations in the body of a loop over directions, when it is written again. */
  body: 600,
} as const;
