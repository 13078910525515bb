/** The core of SBML: compartments, species, parameters, reactions, rules and initial assignments as equations. What else a model has is refused. */
import { GreyboxError } from "../../core/index.ts";
import { type MathContext, mathText } from "./mathml.ts";
import { child, type Element, listed, parseXml } from "./xml.ts";

/** Texts in the language of models, by the names of SBML. */
export interface SbmlModel {
  readonly id: string;
  /** Values of constant parameters and compartments. */
  readonly parameters: ReadonlyMap<string, number>;
  /** Start of each state, as text. */
  readonly states: ReadonlyMap<string, string>;
  readonly derivatives: ReadonlyMap<string, string>;
  /** Assignment rules and rates of reactions. */
  readonly algebraic: ReadonlyMap<string, string>;
  /** Quantities that are computed once, at the start. */
  readonly assigned: ReadonlyMap<string, string>;
}

/**
 * @param name  what a symbol is called in the model
 * @throws GreyboxError `calibration/petab` for what is not in the core
 */
export async function readSbml(file: string, text: string, name: (id: string) => string): Promise<SbmlModel> {
  const sbml = child(await parseXml(file, text), "sbml");
  const model = child(sbml, "model");
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file, line: undefined, why });
  };
  if (!model) return refuse("it is not an SBML model");
  for (const part of ["listOfEvents", "listOfConstraints"]) {
    if (part === "listOfEvents" && listed(model, part).length > 0) refuse("it has events, which are not in the core that is read");
  }
  const defined = new Map(
    listed(model, "listOfFunctionDefinitions").map((definition) => {
      const lambda = child(child(definition, "math"), "lambda") ?? refuse("a function definition has no lambda");
      const parameters = lambda.children.filter((one) => one.name === "bvar").map((one) => one.children[0]!.text);
      return [definition.attributes["id"]!, { parameters, body: lambda.children.at(-1)! }] as const;
    }),
  );
  const context = (locals: ReadonlyMap<string, string> = new Map()): MathContext => ({
    file,
    defined,
    name: (id) => locals.get(id) ?? name(id),
  });
  const parameters = new Map<string, number>();
  const states = new Map<string, string>();
  const derivatives = new Map<string, string>();
  const algebraic = new Map<string, string>();
  const assigned = new Map<string, string>();

  const rules = listed(model, "listOfRules");
  const ruled = (id: string, kind: string): Element | undefined =>
    rules.find((rule) => rule.name === kind && rule.attributes["variable"] === id);
  if (rules.some((rule) => rule.name === "algebraicRule")) refuse("it has algebraic rules, which are not in the core that is read");
  const starts = new Map(
    listed(model, "listOfInitialAssignments").map((one) => [one.attributes["symbol"]!, mathText(child(one, "math")!, context())]),
  );

  const sizes = new Map<string, string>();
  for (const { attributes } of listed(model, "listOfCompartments")) {
    const id = attributes["id"]!;
    if (ruled(id, "rateRule")) refuse(`the size of compartment ${id} changes`);
    parameters.set(id, Number(attributes["size"] ?? attributes["volume"] ?? "1"));
    sizes.set(id, name(id));
  }
  for (const { attributes } of listed(model, "listOfParameters")) {
    const id = attributes["id"]!;
    if (ruled(id, "assignmentRule")) continue;
    if (ruled(id, "rateRule")) states.set(id, starts.get(id) ?? attributes["value"] ?? "0");
    else if (starts.has(id)) assigned.set(id, starts.get(id)!);
    else parameters.set(id, Number(attributes["value"] ?? "nan"));
  }

  // Species: the symbol is an amount, or a concentration.
  const flows = new Map<string, string[]>();
  const amount = new Map<string, boolean>();
  const home = new Map<string, string>();
  for (const { attributes } of listed(model, "listOfSpecies")) {
    const id = attributes["id"]!;
    const isAmount = attributes["hasOnlySubstanceUnits"] === "true";
    const size = sizes.get(attributes["compartment"] ?? "") ?? "1";
    amount.set(id, isAmount);
    home.set(id, size);
    const given = attributes["initialConcentration"];
    const mass = attributes["initialAmount"];
    const start =
      given !== undefined ? (isAmount ? `${given}*${size}` : given) : mass !== undefined ? (isAmount ? mass : `${mass}/${size}`) : "0";
    if (ruled(id, "assignmentRule")) continue;
    const fixed = attributes["constant"] === "true" || (attributes["boundaryCondition"] === "true" && !ruled(id, "rateRule"));
    if (fixed) assigned.set(id, starts.get(id) ?? start);
    else {
      states.set(id, starts.get(id) ?? start);
      if (attributes["boundaryCondition"] !== "true") flows.set(id, []);
    }
  }

  for (const reaction of listed(model, "listOfReactions")) {
    const id = reaction.attributes["id"]!;
    if (reaction.attributes["fast"] === "true") refuse(`reaction ${id} is fast`);
    const law = child(reaction, "kineticLaw");
    if (!law) return refuse(`reaction ${id} has no kinetic law`);
    const locals = new Map<string, string>();
    for (const { attributes } of [...listed(law, "listOfParameters"), ...listed(law, "listOfLocalParameters")]) {
      const own = `${id}_${attributes["id"]}`;
      parameters.set(own, Number(attributes["value"]));
      locals.set(attributes["id"]!, name(own));
    }
    algebraic.set(id, mathText(child(law, "math")!, context(locals)));
    for (const [list, sign] of [
      ["listOfReactants", "-"],
      ["listOfProducts", "+"],
    ] as const) {
      for (const one of listed(reaction, list)) {
        const species = one.attributes["species"]!;
        if (child(one, "stoichiometryMath")) refuse(`reaction ${id} has stoichiometry that is computed`);
        const count = one.attributes["stoichiometry"] ?? "1";
        flows.get(species)?.push(`${sign} ${count === "1" ? "" : `${count}*`}${name(id)}`);
      }
    }
  }
  for (const [id, parts] of flows) {
    if (ruled(id, "rateRule")) continue;
    const sum = parts.length === 0 ? "0" : parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
    derivatives.set(id, amount.get(id) ? sum : `(${sum})/${home.get(id)}`);
  }
  for (const rule of rules) {
    const id = rule.attributes["variable"]!;
    const body = mathText(child(rule, "math")!, context());
    if (rule.name === "assignmentRule") algebraic.set(id, body);
    else {
      derivatives.set(id, body);
      if (!states.has(id)) states.set(id, starts.get(id) ?? "0");
    }
  }
  return { id: model.attributes["id"] ?? "sbml", parameters, states, derivatives, algebraic, assigned };
}
