/** The core of SBML: compartments, species, parameters, reactions, rules, initial assignments and events as equations. What else a model has is refused. */
import { GreyboxError } from "../../core/index.ts";
import { type MathContext, mathOfElement, mathText } from "./mathml.ts";
import { numberText } from "./names.ts";
import { eventTargets, type SbmlEvent, sbmlEvents } from "./sbml-events.ts";
import { sbmlReactions, sumOf } from "./sbml-reactions.ts";
import { child, type Element, listed, parseXml } from "./xml.ts";

/** Texts in the language of models, by the names of SBML. */
export interface SbmlModel {
  readonly id: string;
  /** Values of constant parameters and compartments; NaN where the model has none. */
  readonly parameters: ReadonlyMap<string, number>;
  /** Start of each state, as text. */
  readonly states: ReadonlyMap<string, string>;
  readonly derivatives: ReadonlyMap<string, string>;
  /** Assignment rules and rates of reactions. */
  readonly algebraic: ReadonlyMap<string, string>;
  /** Quantities that are computed once, at the start. */
  readonly assigned: ReadonlyMap<string, string>;
  readonly events: readonly SbmlEvent[];
}

/** What must be called something. */
const named = [
  ...["listOfFunctionDefinitions", "listOfCompartments", "listOfParameters", "listOfSpecies", "listOfReactions"].map(
    (list) => [list, "id"] as const,
  ),
  ["listOfInitialAssignments", "symbol"],
  ["listOfRules", "variable"],
] as const;

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
  if (listed(model, "listOfRules").some((rule) => rule.name === "algebraicRule"))
    refuse("it has algebraic rules, which are not in the core that is read");
  for (const [list, attribute] of named) {
    const without = listed(model, list).find(({ attributes }) => attributes[attribute] === undefined);
    if (without) refuse(`a ${without.name} has no ${attribute}`);
  }
  const context: MathContext = { file, defined: definitions(model, refuse), name };
  const parameters = new Map<string, number>();
  const states = new Map<string, string>();
  const derivatives = new Map<string, string>();
  const algebraic = new Map<string, string>();
  const assigned = new Map<string, string>();

  const rules = listed(model, "listOfRules");
  const ruled = (id: string, kind: string): Element | undefined =>
    rules.find((rule) => rule.name === kind && rule.attributes["variable"] === id);
  const starts = new Map(
    listed(model, "listOfInitialAssignments").map((one) => [one.attributes["symbol"]!, mathText(mathOfElement(one, context), context)]),
  );
  const targets = eventTargets(model);
  /** A quantity that is no species. */
  const quantity = (id: string, value: string | undefined): void => {
    if (ruled(id, "assignmentRule")) return;
    const text = numberText(Number(value ?? "nan"));
    if (ruled(id, "rateRule") || targets.has(id)) states.set(id, starts.get(id) ?? (value === undefined ? "0" : text));
    else if (starts.has(id)) assigned.set(id, starts.get(id)!);
    else parameters.set(id, Number(value ?? "nan"));
  };

  const sizes = new Map<string, string>();
  for (const { attributes } of listed(model, "listOfCompartments")) {
    const id = attributes["id"]!;
    quantity(id, attributes["size"] ?? attributes["volume"] ?? "1");
    sizes.set(id, name(id));
  }
  for (const { attributes } of listed(model, "listOfParameters")) quantity(attributes["id"]!, attributes["value"]);

  const spoken = (id: string): boolean => starts.has(id) || targets.has(id) || rules.some((rule) => rule.attributes["variable"] === id);
  const reactions = sbmlReactions(model, context, name, spoken);
  for (const [id, value] of reactions.constants) parameters.set(id, value);
  for (const [id, value] of reactions.references) quantity(id, String(value));
  for (const [id, rate] of reactions.rates) algebraic.set(id, rate);

  /** Concentrations, by what they are in: an event that changes a size changes them. */
  const thinned = new Map<string, readonly string[]>();
  // Species: the symbol is an amount, or a concentration.
  for (const { attributes } of listed(model, "listOfSpecies")) {
    const id = attributes["id"]!;
    if (ruled(id, "assignmentRule")) continue;
    const isAmount = attributes["hasOnlySubstanceUnits"] === "true";
    const compartment = attributes["compartment"] ?? "";
    const start = starts.get(id) ?? startOf(attributes, isAmount, sizes.get(compartment) ?? "1");
    const boundary = attributes["boundaryCondition"] === "true";
    const resized = !isAmount && (targets.has(compartment) || ruled(compartment, "rateRule") !== undefined);
    const moving = attributes["constant"] !== "true" && (!boundary || resized || targets.has(id) || ruled(id, "rateRule"));
    if (!moving) {
      assigned.set(id, start);
      continue;
    }
    states.set(id, start);
    if (!isAmount) thinned.set(compartment, [...(thinned.get(compartment) ?? []), id]);
    if (ruled(id, "rateRule")) continue;
    const sum = boundary ? "0" : sumOf(reactions.flows.get(id) ?? []);
    if (isAmount) derivatives.set(id, sum);
    else derivatives.set(id, concentrated(id, sum, compartment));
  }

  function concentrated(id: string, sum: string, compartment: string): string {
    const size = sizes.get(compartment) ?? "1";
    const grows = ruled(compartment, "rateRule");
    if (ruled(compartment, "assignmentRule"))
      refuse(`the size of compartment ${compartment} changes by a rule, and ${id} is a concentration in it`);
    const flow = sum === "0" ? "0" : `(${sum})/${size}`;
    return grows ? `${flow} - ${name(id)}*(${mathText(mathOfElement(grows, context), context)})/${size}` : flow;
  }

  for (const rule of rules) {
    const id = rule.attributes["variable"]!;
    const body = mathText(mathOfElement(rule, context), context);
    if (rule.name === "assignmentRule") algebraic.set(id, body);
    else {
      derivatives.set(id, body);
      if (!states.has(id)) states.set(id, starts.get(id) ?? "0");
    }
  }
  for (const id of targets) if (!states.has(id)) refuse(`an event changes ${id}, which a rule says`);
  const constants = new Set([...parameters.keys(), ...assigned.keys()].map(name));
  const events = sbmlEvents(model, context, constants).map((event): SbmlEvent => {
    const kept = [...event.then].flatMap(([size, value]) =>
      (thinned.get(size) ?? []).filter((id) => !event.then.has(id)).map((id) => [id, `${name(id)}*${name(size)}/(${value})`] as const),
    );
    return kept.length === 0 ? event : { ...event, then: new Map([...event.then, ...kept]) };
  });
  return { id: model.attributes["id"] ?? "sbml", parameters, states, derivatives, algebraic, assigned, events };
}

function definitions(model: Element, refuse: (why: string) => never): MathContext["defined"] {
  return new Map(
    listed(model, "listOfFunctionDefinitions").map((definition) => {
      const math = child(definition, "math");
      const lambda = child(math, "lambda") ?? child(child(math, "semantics"), "lambda") ?? refuse("a function definition has no lambda");
      const parameters = lambda.children.filter((one) => one.name === "bvar").map((one) => one.children[0]!.text);
      return [definition.attributes["id"]!, { parameters, body: lambda.children.at(-1)! }] as const;
    }),
  );
}

/** What a species starts from, where nothing is assigned to it. */
function startOf(attributes: Readonly<Record<string, string>>, isAmount: boolean, size: string): string {
  const { initialConcentration: given, initialAmount: mass } = attributes as { initialConcentration?: string; initialAmount?: string };
  const number = (text: string): string => numberText(Number(text));
  if (given !== undefined) return isAmount ? `${number(given)}*${size}` : number(given);
  if (mass !== undefined) return isAmount || Number(mass) === 0 ? number(mass) : `${number(mass)}/${size}`;
  return "0";
}
