/**
 * Gains and offsets that nothing but some readings depend on: reading = gain·h + offset, h being what the model computes. Given h they have a
 * closed form (linear regression); with relative errors a gain is an offset of the logarithm.
 */
import { namesIn } from "../../models/index.ts";
import type { NoisePlan } from "../question/noise.ts";
import type { Plan } from "../question/plan.ts";
import type { TagPlan } from "../question/windows.ts";
import { mentions, type Tree, treeOf } from "./mentions.ts";
import { isGaussian, lonelyParameter, type SolvedSize } from "./sizes.ts";

/** Indices of unknowns. Tags by name. */
export interface SolvedReading {
  readonly gain: number | undefined;
  readonly offset: number | undefined;
  /** Known offset, where none is solved. */
  readonly constant: number;
  readonly tags: readonly string[];
  readonly logarithmic: boolean;
  /** Whose σ they have: of a group of the plan, of a solved size, or given (and then they get a group of their own). */
  readonly noise: { readonly group: number } | { readonly size: number } | "given";
}

export function solvedReadings(
  plan: Plan,
  { parameters, observables }: { readonly parameters: readonly string[]; readonly observables: readonly string[] },
  sizes: readonly SolvedSize[],
): SolvedReading[] {
  const { definition } = plan;
  const unknown = (name: string | undefined): number | undefined =>
    name === undefined ? undefined : lonelyParameter(name, plan, parameters);
  const changing = new Set(plan.active);
  const known = (one: Tree): number | undefined => {
    if (one.op === "number") return one.value;
    return one.op === "name" && !changing.has(one.name) ? definition.parameters[one.name]?.value : undefined;
  };
  const families = new Map<string, Form & { readonly outputs: string[] }>();
  for (const [output, { is }] of Object.entries(definition.outputs)) {
    const tree = treeOf(is);
    // Regressions cost next to nothing, and some that are far from linear are found better as a whole (MGH10 of NIST).
    if (!tree || ![...namesIn(tree)].some((name) => Object.hasOwn(definition.states, name) || Object.hasOwn(definition.algebraic, name)))
      continue;
    const form = formOf(tree, (name) => unknown(name) !== undefined, known);
    if (!form) continue;
    const key = `${form.gain}|${form.offset}|${form.constant}`;
    families.set(key, { ...form, outputs: [...(families.get(key)?.outputs ?? []), output] });
  }
  return [...families.values()].flatMap(({ gain, offset, constant, outputs }): SolvedReading[] => {
    const own = outputs.map((output) => `output ${output}`);
    const alone = [gain, offset].every((name) => name === undefined || mentions(definition, name).every((place) => own.includes(place)));
    const last = outputs.every(
      (output) => mentions(definition, output).length === 0 && !plan.noises.some(({ sigmaFrom }) => sigmaFrom === output),
    );
    const errors = alone && last ? errorsOf((tag) => outputs.includes(observables[tag.observable]!), plan, sizes) : undefined;
    if (!errors) return [];
    const [on, off] = [unknown(gain), unknown(offset)];
    const start = on === undefined ? 1 : plan.unknowns[on]!.start;
    if (errors.logarithmic ? off !== undefined || constant !== 0 || on === undefined || plan.unknowns[on]!.scale !== "log" : start === 0)
      return [];
    return [{ gain: on, offset: off, constant, ...errors }];
  });
}

interface Form {
  readonly gain: string | undefined;
  readonly offset: string | undefined;
  readonly constant: number;
}

/** gain·h + offset, gain·h or h + offset, with names that may be solved; gain·h + constant. */
function formOf(tree: Tree, solvable: (name: string) => boolean, known: (one: Tree) => number | undefined): Form | undefined {
  const nameOf = (one: Tree): string | undefined => (one.op === "name" && solvable(one.name) ? one.name : undefined);
  let [rest, offset, constant] = [tree, undefined as string | undefined, 0];
  if (tree.op === "add" || tree.op === "sub") {
    const [left, right] = [nameOf(tree.left), nameOf(tree.right)];
    const [before, after] = [known(tree.left), known(tree.right)];
    if (tree.op === "add" && (left === undefined) !== (right === undefined)) {
      offset = left ?? right;
      rest = left === undefined ? tree.left : tree.right;
    } else if (after !== undefined) {
      constant = tree.op === "add" ? after : -after;
      rest = tree.left;
    } else if (tree.op === "add" && before !== undefined) {
      constant = before;
      rest = tree.right;
    } else return undefined;
  }
  const { above, below } = factorsOf(rest);
  const gain = above.map(nameOf).find((name) => name !== undefined);
  const others = [...above.filter((one) => one.op !== "name" || one.name !== gain), ...below];
  const twice = above.length + below.length - others.length > 1;
  const named = others.flatMap((one) => [...namesIn(one)]);
  if (twice || [gain, offset].some((name) => name !== undefined && named.includes(name))) return undefined;
  return gain === undefined && offset === undefined ? undefined : { gain, offset, constant };
}

/** A product as its factors, and those it is divided by. */
function factorsOf(tree: Tree): { readonly above: readonly Tree[]; readonly below: readonly Tree[] } {
  if (tree.op !== "mul" && tree.op !== "div") return { above: [tree], below: [] };
  const left = factorsOf(tree.left);
  if (tree.op === "div") return { above: left.above, below: [...left.below, tree.right] };
  const right = factorsOf(tree.right);
  return { above: [...left.above, ...right.above], below: [...left.below, ...right.below] };
}

/** The errors of all tags of some readings, where they are Gaussian and of one kind. */
function errorsOf(
  reads: (tag: TagPlan) => boolean,
  { windows, noises, groups, innovations }: Plan,
  sizes: readonly SolvedSize[],
): Pick<SolvedReading, "tags" | "logarithmic" | "noise"> | undefined {
  const all = windows.flatMap(({ tags }) => tags);
  const own = all.filter(reads);
  if (own.length === 0 || own.some(({ side, tag }) => side || innovations.some((one) => one.tag === tag))) return undefined;
  const tags = [...new Set(own.map(({ tag }) => tag))];
  const [{ noise, group }] = own as [TagPlan];
  const only = (others: (tag: TagPlan) => boolean): boolean => all.filter(others).every(({ tag }) => tags.includes(tag));
  if (noise === undefined) {
    if (own.some((one) => one.noise !== undefined || one.group !== group)) return undefined;
    if (groups[group]!.sigma !== undefined) return { tags, logarithmic: false, noise: "given" };
    return only((one) => one.group === group) ? { tags, logarithmic: false, noise: { group } } : undefined;
  }
  const scale = noises[noise]!.scale;
  if (own.some((one) => one.noise === undefined || noises[one.noise]!.scale !== scale)) return undefined;
  const size = sizes.findIndex(({ noises: places }) => places.includes(noise));
  if (size >= 0) {
    const members = sizes[size]!.noises;
    const whole = own.every((one) => members.includes(one.noise!)) && only((one) => one.noise !== undefined && members.includes(one.noise));
    return whole ? { tags, logarithmic: scale !== "linear", noise: { size } } : undefined;
  }
  const known = own.every((one) => isKnown(noises[one.noise!]!));
  return known && scale === "linear" ? { tags, logarithmic: false, noise: "given" } : undefined;
}

function isKnown(noise: NoisePlan): boolean {
  return isGaussian(noise) && noise.sigmaFrom === undefined && typeof noise.sigma === "number";
}
