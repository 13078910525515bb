/** A question made ready: its instruments built in, everything checked, and planned. */
import type { AnySource, System } from "../../core/index.ts";
import { withInstruments } from "./instruments.ts";
import { activeNames } from "./parameters.ts";
import { checkQuestion, type Plan, planOf } from "./plan.ts";
import type { Question } from "./question.ts";

export interface Asked {
  /** The model that is solved: the one of the question, with its instruments. */
  readonly model: AnySource;
  readonly system: System;
  readonly plan: Plan;
}

/**
 * @param few  true: there may be fewer points than unknowns, for nothing is looked for
 * @throws GreyboxError `calibration/…` for what is wrong with the question or the data, but for `no-influence`
 */
export function asked(question: Question, few = false): Asked {
  const instrumented = withInstruments(question);
  const { model } = instrumented.question;
  checkQuestion(instrumented.question);
  const system = model.system({ active: activeNames(instrumented.question) });
  return { model, system, plan: planOf(instrumented.question, system, instrumented.readings, few) };
}
