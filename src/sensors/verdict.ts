/** Gathers, while a point is worked on, how good the answer can be at best, and why. */
import { status, worse } from "../core/index.ts";
import type { PredictionReason, PredictionReasonCode } from "./prediction.ts";

export interface Verdict {
  readonly status: number;
  readonly reasons: readonly PredictionReason[];
  /** Age of the oldest reading in use [s]; null before any. */
  readonly age: number | null;
  /** The answer is no better than this status. */
  lower(status: number): void;
  add(reasons: readonly PredictionReason[]): void;
  /** A reason together with what it does to the status. */
  because(status: number, code: PredictionReasonCode, text: string, on?: string): void;
  used(age: number): void;
}

export function verdict(): Verdict {
  const reasons: PredictionReason[] = [];
  let code: number = status.good;
  let oldest: number | null = null;
  return {
    get status() {
      return code;
    },
    get age() {
      return oldest;
    },
    reasons,
    lower(status) {
      code = worse(code, status);
    },
    add(more) {
      reasons.push(...more);
    },
    because(status, why, text, on) {
      code = worse(code, status);
      reasons.push(on === undefined ? { code: why, text } : { code: why, on, text });
    },
    used(age) {
      oldest = Math.max(oldest ?? 0, age);
    },
  };
}
