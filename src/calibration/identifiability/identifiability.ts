/** Whether measurements without errors would fix the unknowns of a model: a property of its equations, known before there is data. */
import { type AnySource, GreyboxError, listed, type ObservableOf, type ParameterOf, type StateOf } from "../../core/index.ts";
import { unknownName } from "../question/names.ts";
import { fixedCombinations } from "./combinations.ts";
import type { InputCourse } from "./experiment.ts";
import { type Look, look, type Setting, type UnknownHere, unknownsOf } from "./look.ts";
import { type ModelProgram, modelProgram } from "./model-program.ts";
import { type Generic, generic } from "./prime-field.ts";
import { rowSpace } from "./row-space.ts";

export interface IdentifiabilityQuestion<M extends AnySource = AnySource> {
  /** Parameters that are not known. */
  readonly estimate: readonly ParameterOf<M>[];
  /** What is measured, without errors and at all times. */
  readonly measured: readonly ObservableOf<M>[];
  /**
   * How each input runs: `"free"` (default), any course, with as many moves as one likes; `"constant"`, some value that stays; a number: that
   * value.
   */
  readonly inputs?: Readonly<Record<string, InputCourse>> | undefined;
  /** How states start: `"unknown"`, `"known"` (some number), a number. Default: as the model says. */
  readonly initial?: "unknown" | { readonly [S in StateOf<M>]?: "unknown" | "known" | number } | undefined;
  /** Parameters that are a multiple of an estimated one. */
  readonly ties?: Readonly<Record<string, { readonly to: string; readonly factor?: number | undefined }>> | undefined;
  /** Parameters with another value in each experiment. */
  readonly perExperiment?: readonly ParameterOf<M>[] | undefined;
  /** Number of experiments, each with inputs and initial values of its own. Default 1. */
  readonly experiments?: number | undefined;
  readonly seed?: number | undefined;
}

/** Unknowns that cannot be told apart. */
export interface Confounded {
  readonly names: readonly string[];
  /** How many of them must be known for the rest to be fixed. */
  readonly freedom: number;
  /** What of them is fixed, such as `k1*c0`: independent of one another. */
  readonly fixed: readonly string[];
  /** False where something is fixed that none of the simple combinations is. */
  readonly complete: boolean;
  /** One sentence. */
  readonly meaning: string;
}

export interface Identifiability {
  /** All unknowns, in order. */
  readonly unknowns: readonly string[];
  /** Fixed by what is measured, up to finitely many values: locally. */
  readonly identifiable: readonly string[];
  readonly unidentifiable: readonly string[];
  readonly confounded: readonly Confounded[];
  /** Observables that would fix all unknowns if they were measured as well; empty where nothing is missing, or no single one does. */
  readonly measuring: readonly string[];
  /** Inputs, taken to stay where they are, that would fix all unknowns if they moved. */
  readonly moving: readonly string[];
  readonly rank: number;
  /** Highest derivative with respect to time that was looked at. */
  readonly order: number;
  /** What the answer takes for granted beside the equations. */
  readonly assumed: readonly string[];
  /** One sentence for each thing to know; one sentence where all is well. */
  readonly meaning: readonly string[];
}

/**
 * Local structural identifiability: the rank of the derivatives of all measured quantities along all unknowns (the observability–identifiability
 * matrix) at random points, in exact arithmetic modulo a prime. Wrong with a probability below 1e-5 for each of two points, of which both would
 * have to agree, and then only by saying that something is not fixed.
 *
 * Locally identifiable may still mean several values, such as two rates that can be exchanged; starts of a calibration tell.
 *
 * @throws GreyboxError `calibration/unknown-name`; `calibration/identifiability` for delays, implicit equations and models without equations
 *
 * @see A. Sedoglavic, J. Symbolic Comput. 33 (2002) 735–755; A. F. Villaverde, A. Barreiro, A. Papachristodoulou, PLoS Comput. Biol. 12
 *   (2016) e1005153.
 *
 * @example
 * const drug = defineModel({
 *   name: "drug", time: "h",
 *   parameters: { k: { value: 0.3, unit: "1/h" }, dose: { value: 100, unit: "mg" }, V: { value: 20, unit: "L" } },
 *   states: { m: { unit: "mg", initial: "dose" } },
 *   derivatives: { m: "-k*m" },
 *   outputs: { c: { unit: "mg/L", is: "m/V" } },
 * });
 * const answer = identifiability(drug, { estimate: ["k", "dose", "V"], measured: ["c"] });
 * answer.identifiable; // => ["k"]
 * answer.confounded[0].fixed; // => ["dose/V"]
 * answer.measuring; // => ["m"]
 */
export function identifiability<const M extends AnySource>(model: M, question: IdentifiabilityQuestion<M>): Identifiability {
  check(model, question);
  const { estimate, measured, inputs = {}, initial = {}, ties = {}, perExperiment = [], experiments = 1, seed = 0 } = question;
  const one = (_: unknown, e: number): Setting["experiments"][number] => ({ name: `experiment ${e + 1}`, inputs, measured });
  return assess(model, { estimate, perExperiment, initial, ties, experiments: Array.from({ length: experiments }, one) }, seed);
}

/** The answer for any setting. */
export function assess(model: AnySource, setting: Setting, seed: number): Identifiability {
  const decided = Object.entries(setting.experiments[0]?.inputs ?? {}).flatMap(([name, course]) =>
    typeof course === "number" ? [[name, course]] : [],
  );
  const program = modelProgram(model, Object.fromEntries(decided));
  const unknowns = unknownsOf(model, setting, program.states);
  const assumed = [
    ...(program.branched ? ["Conditions, limits and absolute values are those of the start."] : []),
    ...(Object.keys(model.definition.events).length > 0 ? ["No event has happened yet."] : []),
  ];
  let looks = looksAt(seed, (point) => look(model, setting, program, unknowns, point, false));
  if (looks.some(({ singular }) => singular)) {
    looks = looksAt(seed, (point) => look(model, setting, program, unknowns, point, true));
    assumed.push("Known values that make an equation singular at the start, such as the logarithm of 0, are some other numbers.");
  }
  const best = looks.reduce((a, b) => (b.rank > a.rank ? b : a));
  const moving =
    best.loose.length === 0 ? [] : program.inputs.filter((name) => fixesByMoving(name, model, setting, program, unknowns, seed));
  return answerOf(model, [...new Set(setting.experiments.flatMap(({ measured }) => measured))], program, unknowns, best, assumed, moving);
}

function fixesByMoving(
  name: string,
  model: AnySource,
  setting: Setting,
  program: ModelProgram,
  unknowns: readonly UnknownHere[],
  seed: number,
): boolean {
  if (setting.experiments.every(({ inputs }) => (inputs[name] ?? "free") === "free")) return false;
  const moved = setting.experiments.map((one) => ({ ...one, inputs: { ...one.inputs, [name]: "free" as const } }));
  const { rank, singular } = look(model, { ...setting, experiments: moved }, program, unknowns, generic(seed), false);
  return !singular && rank === unknowns.length;
}

/** Points are looked at until two have all the square roots that are asked for, as half of the numbers have. */
function looksAt(seed: number, at: (point: Generic) => Look): Look[] {
  const all: Look[] = [];
  const exact: Look[] = [];
  for (let i = 0; i < tries && exact.length < 2; i++) {
    const point = generic(seed + i);
    const found = at(point);
    all.push(found);
    if (point.exact()) exact.push(found);
  }
  return exact.length > 0 ? exact : all.slice(0, 2);
}

const tries = 24;

function answerOf(
  model: AnySource,
  measured: readonly string[],
  program: ModelProgram,
  unknowns: readonly UnknownHere[],
  { rank, order, loose, values, rows, singular }: Look,
  assumed: readonly string[],
  moving: readonly string[],
): Identifiability {
  if (singular) {
    const why = "its equations have no derivatives at the start, for whatever values";
    throw new GreyboxError("calibration/identifiability", { model: model.name, why });
  }
  const isLoose = unknowns.map((_, j) => loose.some((direction) => direction[j] !== 0));
  const names = unknowns.map(({ name }) => name);
  const measuring =
    loose.length === 0
      ? []
      : [...program.observables.keys()].filter((name) => !measured.includes(name) && fixesAll(name, measured, rows, names.length));
  const confounded = blocks(isLoose, loose).map((block): Confounded => {
    const mine = loose.filter((direction) => block.some((j) => direction[j] !== 0));
    const members = block.map((j) => ({ name: names[j]!, unit: unknowns[j]!.unit, value: values[j]! }));
    const found = fixedCombinations(
      members,
      mine.map((direction) => Float64Array.from(block, (j) => direction[j]!)),
    ).map(({ text }) => text);
    const complete = found.length === block.length - mine.length;
    const blockNames = members.map(({ name }) => name);
    return {
      names: blockNames,
      freedom: mine.length,
      fixed: found,
      complete,
      meaning: meaningOf(blockNames, mine.length, found, complete),
    };
  });
  const identifiable = names.filter((_, j) => !isLoose[j]);
  const meaning =
    confounded.length === 0
      ? [`${listed(measured)} ${measured.length === 1 ? "fixes" : "fix"} ${listed(names)}, up to finitely many values.`]
      : [
          ...confounded.map((one) => one.meaning),
          ...(measuring.length > 0 ? [`To measure ${listed(measuring, "or")} as well would fix all.`] : []),
          ...(moving.length > 0 ? [`To move ${listed(moving, "or")} while measuring would fix all.`] : []),
        ];
  return {
    unknowns: names,
    identifiable,
    unidentifiable: names.filter((_, j) => isLoose[j]),
    confounded,
    measuring,
    moving,
    rank,
    order,
    assumed,
    meaning,
  };
}

function meaningOf(names: readonly string[], freedom: number, fixed: readonly string[], complete: boolean): string {
  if (names.length === freedom) {
    return names.length === 1
      ? `Nothing measured depends on ${names[0]} in a way that would fix it.`
      : `Nothing of ${listed(names)} is fixed.`;
  }
  const known = freedom === 1 ? `know one of them` : `know ${freedom} of them`;
  if (fixed.length === 0) return `${listed(names)} cannot be told apart: only some combination of them is fixed; ${known}.`;
  return `${listed(names)} cannot be told apart: only ${listed(fixed)} ${fixed.length === 1 ? "is" : "are"} fixed${complete ? "" : ", and something less simple"}; ${known}.`;
}

/** Groups of unknowns that loose directions connect. */
function blocks(isLoose: readonly boolean[], loose: readonly Float64Array[]): number[][] {
  const left = new Set(isLoose.flatMap((one, j) => (one ? [j] : [])));
  const out: number[][] = [];
  for (const first of left) {
    const block = new Set([first]);
    for (const j of block) {
      for (const direction of loose) {
        if (direction[j] !== 0) for (const k of left) if (direction[k] !== 0) block.add(k);
      }
    }
    for (const j of block) left.delete(j);
    out.push([...block].sort((a, b) => a - b));
  }
  return out;
}

function fixesAll(extra: string, measured: readonly string[], rows: Look["rows"], columns: number): boolean {
  const space = rowSpace(columns);
  for (const name of [...measured, extra]) {
    for (const row of rows.get(name)!) if (!row.some(Number.isNaN)) space.add(row.slice());
  }
  return space.rank() === columns;
}

function check(model: AnySource, { estimate, measured, inputs = {}, initial = {}, perExperiment = [] }: IdentifiabilityQuestion): void {
  const { parameters, states, algebraic, outputs, inputs: known } = model.definition;
  const among = (kind: string, names: readonly string[], all: readonly string[]): void => {
    for (const name of names) if (!all.includes(name)) throw unknownName(model, kind, name, all);
  };
  among("parameter", [...estimate, ...perExperiment], Object.keys(parameters));
  among("observable", measured, [states, algebraic, outputs].flatMap(Object.keys));
  among("input", Object.keys(inputs), Object.keys(known));
  if (typeof initial === "object") among("state", Object.keys(initial), Object.keys(states));
}
