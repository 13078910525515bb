/** What can be said of a model before it runs: counts, degrees of freedom, index, blocks, scaling, size. As data and as text. */
import {
  checkDefinition,
  type Model,
  type ModelSize,
  type ModelStructure,
  type ModelSummary,
  sizeOfModel,
  structureOf,
} from "../models/index.ts";

export interface Verdict extends ModelSummary {
  readonly structure: ModelStructure;
  readonly size: ModelSize;
}

export function verdictOf(model: Model): Verdict {
  return { ...checkDefinition(model.definition).summary, structure: structureOf(model), size: sizeOfModel(model) };
}

/** One line for the model, then what its structure is, indented. */
export function verdictText({ text, structure, size }: Verdict): string {
  const computed = `${size.written} operations for the right-hand sides, ${size.shared} once what is equal is shared; states occur in ${size.occurrences} of ${size.states * size.states} places.`;
  return [`ok  ${text}`, ...[...structure.text, computed].map((sentence) => `    ${sentence}`)].join("\n");
}
