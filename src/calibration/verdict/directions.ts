/** Says in words what a direction that the data does not fix means. */
import { listed } from "../../core/index.ts";
import type { LooseDirection } from "../calibrated.ts";
import type { Unknown } from "../question/unknown.ts";
import type { Direction } from "./uncertainty.ts";

/** Components smaller than this share of the largest are not mentioned. */
const mentioned = 0.2;
/** Two components closer than this count as equal: then a product or a ratio is what the data fixes. */
const equal = 0.02;

/**
 * Components 0.7071 and −0.7071 of "a" and "b", blind, mean "a rises while b falls: only their product is fixed".
 */
export function describeDirection({ components, singularValue, blind }: Direction, unknowns: readonly Unknown[]): LooseDirection {
  const order = Array.from(components.keys())
    .filter((j) => components[j] !== 0)
    .sort((a, b) => Math.abs(components[b]!) - Math.abs(components[a]!));
  const sign = Math.sign(components[order[0] ?? 0] ?? 1);
  const direction = Object.fromEntries(order.map((j) => [unknowns[j]!.name, sign * components[j]!]));
  const main = order.filter((j) => Math.abs(components[j]!) >= mentioned * Math.abs(components[order[0]!]!));
  return { direction, singularValue, meaning: meaning(components, main, unknowns, sign, blind) };
}

function meaning(components: Float64Array, main: readonly number[], unknowns: readonly Unknown[], sign: number, blind: boolean): string {
  const rising = main.filter((j) => sign * components[j]! > 0).map((j) => unknowns[j]!.name);
  const falling = main.filter((j) => sign * components[j]! < 0).map((j) => unknowns[j]!.name);
  if (main.length === 1) return `${rising[0]} alone`;
  const [a, b] = main.map((j) => Math.abs(components[j]!));
  const pair = blind && main.length === 2 && Math.abs(a! - b!) < equal;
  if (falling.length === 0) return `${listed(rising)} rise together${pair ? ": only their ratio is fixed" : ""}`;
  const verb = (names: readonly string[], one: string, many: string): string => `${listed(names)} ${names.length === 1 ? one : many}`;
  return `${verb(rising, "rises", "rise")} while ${verb(falling, "falls", "fall")}${pair ? ": only their product is fixed" : ""}`;
}
