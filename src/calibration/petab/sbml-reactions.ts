/** Reactions of SBML: their rates, and what they do to species. */
import { GreyboxError } from "../../core/index.ts";
import { type MathContext, mathOfElement, mathText } from "./mathml.ts";
import { child, type Element, listed } from "./xml.ts";

/** By names of SBML, as text. */
export interface Reactions {
  /** Rate of each reaction, an amount by time. */
  readonly rates: ReadonlyMap<string, string>;
  /** Constants of single reactions, with names of their own. */
  readonly constants: ReadonlyMap<string, number>;
  /** What changes the amount of each species: signed terms. */
  readonly flows: ReadonlyMap<string, readonly string[]>;
  /** References to species that rules or assignments may speak of, with their numbers. */
  readonly references: ReadonlyMap<string, number>;
}

/** @param spoken  whether something gives a value to a name */
export function sbmlReactions(
  model: Element,
  context: MathContext,
  name: (id: string) => string,
  spoken: (id: string) => boolean,
): Reactions {
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file: context.file, line: undefined, why });
  };
  const ids = new Set(model.children.flatMap((list) => list.children.flatMap(({ attributes }) => attributes["id"] ?? [])));
  const rates = new Map<string, string>();
  const constants = new Map<string, number>();
  const flows = new Map<string, string[]>();
  const references = new Map<string, number>();
  const factors = new Map(listed(model, "listOfSpecies").map(({ attributes }) => [attributes["id"]!, attributes["conversionFactor"]]));

  for (const reaction of listed(model, "listOfReactions")) {
    const id = reaction.attributes["id"]!;
    if (reaction.attributes["fast"] === "true") refuse(`reaction ${id} is fast`);
    const law = child(reaction, "kineticLaw") ?? refuse(`reaction ${id} has no kinetic law`);
    const locals = new Map<string, string>();
    for (const { attributes } of [...listed(law, "listOfParameters"), ...listed(law, "listOfLocalParameters")]) {
      let own = `${id}_${attributes["id"]}`;
      while (ids.has(own)) own += "_local";
      constants.set(own, Number(attributes["value"]));
      locals.set(attributes["id"]!, name(own));
    }
    rates.set(id, mathText(mathOfElement(law, context), { ...context, name: (one) => locals.get(one) ?? context.name(one) }));
    for (const [list, sign] of [
      ["listOfReactants", "-"],
      ["listOfProducts", "+"],
    ] as const) {
      for (const one of listed(reaction, list)) {
        const { species, stoichiometry = "1", id: reference } = one.attributes as Record<string, string | undefined> & { species: string };
        if (species === undefined) refuse(`reaction ${id} has a member without species`);
        const computed = child(one, "stoichiometryMath");
        const named = reference !== undefined && spoken(reference);
        if (named) references.set(reference, Number(stoichiometry));
        const count = computed ? mathText(mathOfElement(computed, context), context) : named ? name(reference) : stoichiometry;
        const factor = factors.get(species) ?? model.attributes["conversionFactor"];
        const terms = [...(count === "1" ? [] : [count]), ...(factor === undefined ? [] : [name(factor)]), name(id)];
        flows.set(species, [...(flows.get(species) ?? []), `${sign} ${terms.join("*")}`]);
      }
    }
  }
  return { rates, constants, flows, references };
}

/** A sum of signed terms. */
export const sumOf = (terms: readonly string[]): string =>
  terms.length === 0 ? "0" : terms.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
