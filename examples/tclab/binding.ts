/** The columns of `apm_energy_balance_mimo_600s.csv`, and which quantity of each model they are. */
import { bind } from "greybox";
import type { FileOptions } from "greybox/historian";
import { direct, lagged } from "./model.ts";

export const file: FileOptions = { time: { column: "Time (sec)", elapsed: "s" } };

const heaters = {
  Q1: { tag: "Heater 1 (%)", unit: "%", hold: "hold" },
  Q2: { tag: "Heater 2 (%)", unit: "%", hold: "hold" },
} as const;

const sensor1 = { tag: "Temperature 1 (degC)", unit: "degC" };
const sensor2 = { tag: "Temperature 2 (degC)", unit: "degC" };

export const directTags = bind(direct, { ...heaters, T1: sensor1, T2: sensor2 });
export const laggedTags = bind(lagged, { ...heaters, S1: sensor1, S2: sensor2 });
