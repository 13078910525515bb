/** How reading an equation reports a mistake: with its column, and an answer of `undefined`, so that `return refuse(…)` reads well. */
import type { FailureDetails } from "../../core/index.ts";
import type { ProblemCode } from "./problem.ts";

export type Refuse = <C extends ProblemCode>(code: C, column: number, details: FailureDetails<C>) => undefined;
