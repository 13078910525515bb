/** How reading an equation reports a mistake: with its column (undefined: the whole equation), and an answer of `undefined`, so that `return refuse(…)` reads well. */
import type { FailureDetails } from "../../core/index.ts";
import type { ProblemCode } from "./problem.ts";

export type Refuse = <C extends ProblemCode>(code: C, column: number | undefined, details: FailureDetails<C>) => undefined;
