/**
 * Binary distillation column of 40 trays, composed of trays from the library, a reboiler and a total condenser. Fed with boiling liquid on
 * the uppermost tray of the lower section.
 *
 * Assumes constant relative volatility and molar overflow, equilibrium on each tray, no vapour hold-up. The levels of reboiler and condenser
 * are kept by proportional control.
 *
 * @see S. Skogestad, "Dynamics and control of distillation columns: a tutorial introduction", Trans. IChemE A 75 (1997) 539–562, column A
 *   (there with 39 trays).
 */
import { array, compose, defineModel } from "greybox/models";
import { distillationTray } from "greybox/models/library";

/** 1 kmol/min in mol/s. */
export const kmolPerMinute = 1000 / 60;

const reboiler = defineModel({
  name: "reboiler",
  time: "s",
  parameters: {
    alpha: { value: 1.5, unit: "1", bounds: [1.01, 20] },
    M0: { value: 500, unit: "mol" },
    B0: { value: 0.5 * kmolPerMinute, unit: "mol/s" },
    Kc: { value: 1 / 6, unit: "1/s" },
  },
  inputs: { LIn: "mol/s", xIn: "1", V: "mol/s" },
  states: { M: { unit: "mol", initial: "M0", min: 0, nominal: 500 }, x: { unit: "1", initial: 0.5, min: 0, max: 1 } },
  algebraic: { y: { unit: "1", is: "alpha*x/(1 + (alpha - 1)*x)" }, B: { unit: "mol/s", is: "B0 + Kc*(M - M0)" } },
  derivatives: { M: "LIn - V - B", x: "(LIn*(xIn - x) - V*(y - x))/M" },
});

const condenser = defineModel({
  name: "condenser",
  time: "s",
  parameters: {
    M0: { value: 500, unit: "mol" },
    D0: { value: 0.5 * kmolPerMinute, unit: "mol/s" },
    Kc: { value: 1 / 6, unit: "1/s" },
  },
  inputs: { VIn: "mol/s", yIn: "1", L: "mol/s" },
  states: { M: { unit: "mol", initial: "M0", min: 0, nominal: 500 }, x: { unit: "1", initial: 0.5, min: 0, max: 1 } },
  algebraic: { D: { unit: "mol/s", is: "D0 + Kc*(M - M0)" } },
  derivatives: { M: "VIn - L - D", x: "VIn*(yIn - x)/M" },
});

/** Trays are counted from below in each section; reflux `LT`, boil-up `VB`, feed `F` with the composition `zF`. */
export const column = compose("column", {
  description: "Binary distillation column with 40 trays",
  parts: { reboiler, lower: array(21, distillationTray), upper: array(19, distillationTray), condenser },
  parameters: {
    alpha: { value: 1.5, unit: "1", bounds: [1.01, 20], description: "relative volatility" },
    LLower: { value: 3.70629 * kmolPerMinute, unit: "mol/s", description: "liquid at nominal hold-up, below the feed" },
    LUpper: { value: 2.70629 * kmolPerMinute, unit: "mol/s", description: "liquid at nominal hold-up, above the feed" },
  },
  inputs: { LT: "mol/s", VB: "mol/s", F: "mol/s", zF: "1" },
  connect: {
    "reboiler.alpha": "alpha",
    "reboiler.LIn": "lower[1].L",
    "reboiler.xIn": "lower[1].x",
    "reboiler.V": "VB",
    "lower[i].alpha": "alpha",
    "lower[i].L0": "LLower",
    "lower[i].LIn": "lower[i+1].L",
    "lower[i].xIn": "lower[i+1].x",
    "lower[i].VIn": "VB",
    "lower[i].yIn": "lower[i-1].y",
    "lower[1].yIn": "reboiler.y",
    "lower[21].LIn": "upper[1].L + F",
    "lower[21].xIn": "(upper[1].L*upper[1].x + F*zF)/(upper[1].L + F)",
    "upper[i].alpha": "alpha",
    "upper[i].L0": "LUpper",
    "upper[i].LIn": "upper[i+1].L",
    "upper[i].xIn": "upper[i+1].x",
    "upper[i].VIn": "VB",
    "upper[i].yIn": "upper[i-1].y",
    "upper[1].yIn": "lower[21].y",
    "upper[19].LIn": "LT",
    "upper[19].xIn": "condenser.x",
    "condenser.VIn": "VB",
    "condenser.yIn": "upper[19].y",
    "condenser.L": "LT",
  },
  outputs: { xD: { unit: "1", is: "condenser.x" }, xB: { unit: "1", is: "reboiler.x" } },
});
