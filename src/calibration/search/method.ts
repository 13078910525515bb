/** Which search is used, and why. */
import { GreyboxError } from "../../core/index.ts";

/**
 * `trust-region`: Gauss–Newton steps, the best for up to some hundred unknowns. `lbfgs`: gradients alone, for many. `cma-es` and `scatter` look
 * around in the whole range before a trust region ends the search: for rough landscapes.
 */
export type MethodName = (typeof methodNames)[number];

const methodNames = ["trust-region", "lbfgs", "cma-es", "scatter"] as const;

/** What was used, and why. */
export interface ChosenMethod {
  readonly name: MethodName;
  readonly reason: string;
  /** How gradients are computed: by forward directions, or by the way back. */
  readonly gradient: "forward" | "adjoint";
}

export const methodDefaults = {
  /** More unknowns than this are searched for by gradients alone, where the way back gives them. */
  many: 150,
} as const;

/**
 * @param asked  what the question says
 * @param unknowns  their number
 * @param refusal  why there is no gradient by the way back; asked for only when it matters
 * @throws GreyboxError `calibration/option` where there is no such method
 */
export function chooseMethod(asked: MethodName | "auto", unknowns: number, refusal: () => string | undefined): ChosenMethod {
  if (asked !== "auto" && !methodNames.includes(asked)) {
    throw new GreyboxError("calibration/option", { option: "search.method", value: asked, rule: `one of auto, ${methodNames.join(", ")}` });
  }
  if (asked === "lbfgs") {
    const why = refusal();
    return why === undefined
      ? { name: asked, reason: "asked for; gradients by the way back", gradient: "adjoint" }
      : { name: asked, reason: `asked for; gradients by forward directions, because of ${why}`, gradient: "forward" };
  }
  if (asked !== "auto") return { name: asked, reason: "asked for", gradient: "forward" };
  const count = unknowns === 1 ? "1 unknown" : `${unknowns} unknowns`;
  if (unknowns <= methodDefaults.many) {
    return { name: "trust-region", reason: `${count}, at most ${methodDefaults.many}`, gradient: "forward" };
  }
  const why = refusal();
  return why === undefined
    ? { name: "lbfgs", reason: `${count}, more than ${methodDefaults.many}`, gradient: "adjoint" }
    : { name: "trust-region", reason: `${count}, but no gradient by the way back because of ${why}`, gradient: "forward" };
}
