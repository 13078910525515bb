/** Everything that can be wrong with a model, found in one go. */
import type { ModelDefinition } from "../../core/index.ts";
import { checkDelays } from "../language/delays.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { type Problem, problem } from "../language/problem.ts";
import { checkUnits } from "../units/check-model.ts";
import { checkNames, checkUnitTexts, checkValues } from "./declarations.ts";
import { readDraft } from "./draft.ts";
import { readEquations } from "./equations.ts";
import { checkStructure } from "./structure.ts";
import { checkTables } from "./tables.ts";

export interface Examined {
  /** Complete only where there are no problems. */
  readonly definition: ModelDefinition;
  readonly equations: ParsedEquations;
  readonly problems: readonly Problem[];
}

/** Reads and checks a definition from anywhere; `raw` is trusted in nothing. */
export function examine(raw: unknown): Examined {
  const problems: Problem[] = [];
  const report = (found: Problem): void => void problems.push(found);
  const read = readDraft(raw, report);
  if (!read) return { definition: nothing, equations: noEquations, problems };
  const { draft, declared } = read;
  if (draft.name.trim() === "" && Object.hasOwn(raw as object, "name")) {
    report(problem("model/name", { where: "model.name" }, { name: draft.name, why: "it is empty" }));
  }
  checkNames(declared, Object.keys(draft.events), report);
  const unitsAreUsable = checkUnitTexts(draft, report);
  checkValues(draft, report);
  const tables = checkTables(draft, declared.tables, report);
  const equations = readEquations(read, tables, report);
  checkDelays(draft, equations, report);
  if (unitsAreUsable) checkUnits(draft, equations, report);
  // A misspelt name can hide the quantity that an equation is for, so structure is judged last and on sound equations only.
  if (problems.length === 0) checkStructure(draft, equations, report);
  return { definition: draft, equations, problems };
}

const nothing: ModelDefinition = {
  name: "",
  time: "1",
  parameters: {},
  inputs: {},
  states: {},
  algebraic: {},
  derivatives: {},
  events: {},
  outputs: {},
};
const none = new Map<string, never>();
const noEquations: ParsedEquations = { algebraic: none, implicit: none, derivatives: none, outputs: none, initial: none, events: none };
