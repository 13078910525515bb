/** All cases in the order of their names. */
import { formatCases } from "./format.ts";
import { historyCases } from "./history.ts";
import { identityCases } from "./identity.ts";
import { laboratoryCases } from "./laboratory.ts";
import { processCases } from "./process.ts";
import { qualityCases } from "./quality.ts";
import type { PlantCase } from "./registry.ts";
import { clockCases } from "./time-clocks.ts";
import { orderCases } from "./time-order.ts";
import { stampCases } from "./time-stamps.ts";
import { aloneCases } from "./value-alone.ts";
import { comparedCases } from "./value-compared.ts";

/** What each letter stands for, and how many cases it has. */
export const families = {
  T: ["Time", 20],
  V: ["Value", 20],
  Q: ["Status", 9],
  M: ["Identity and metadata", 8],
  H: ["Historian and sampling", 9],
  L: ["Laboratory", 8],
  F: ["Format and transport", 6],
  P: ["Process context", 6],
} as const;

const order = Object.entries(families).flatMap(([letter, [, count]]) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`));

export const allCases: readonly PlantCase[] = [
  ...[stampCases, orderCases, clockCases, aloneCases, comparedCases, qualityCases],
  ...[identityCases, historyCases, laboratoryCases, formatCases, processCases],
]
  .flat()
  .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));

/** The names of all 86 cases. */
export const allIds: readonly string[] = order;
