/** A heated tank whose feed changes its temperature unseen: as equations alone, with the disturbance as a state, and with its controller. */
import { defineModel } from "greybox";

const parameters = {
  tau: { value: 8, unit: "min", bounds: [0.5, 100], scale: "log" },
  gain: { value: 0.7, unit: "K/kW", bounds: [0.05, 20], scale: "log" },
  feed: { value: 300, unit: "K" },
} as const;

export const plain = defineModel({
  name: "heated-tank",
  time: "min",
  parameters,
  inputs: { Q: "kW" },
  states: { T: { unit: "K", initial: 330 } },
  derivatives: { T: "(feed - T + gain*Q)/tau" },
});

/** What the feed brings, w, comes and goes: nothing but values of T tells of it. */
export const disturbed = defineModel({
  name: "disturbed-tank",
  time: "min",
  parameters: { ...parameters, memory: { value: 20, unit: "min", bounds: [1, 1000], scale: "log" } },
  inputs: { Q: "kW" },
  states: { T: { unit: "K", initial: 330 }, w: { unit: "K", initial: 0, nominal: 1 } },
  derivatives: { T: "(feed + w - T + gain*Q)/tau", w: "-w/memory" },
});

/** The controller is known, and what its operators asked for; heat is then computed, not measured. */
export const controlled = defineModel({
  name: "controlled-tank",
  time: "min",
  parameters: {
    ...parameters,
    Kc: { value: 4, unit: "kW/K" },
    reset: { value: 8, unit: "min" },
    middle: { value: 60, unit: "kW" },
    hold: { value: 0.5, unit: "min", source: "a value that is read once a minute and kept is half a minute old on average" },
  },
  inputs: { setPoint: "K" },
  states: { T: { unit: "K", initial: 330 }, sum: { unit: "K*min", initial: 0, nominal: 10 } },
  algebraic: { Q: { unit: "kW", is: "middle + Kc*(setPoint - delay(T, hold) + sum/reset)" } },
  derivatives: { T: "(feed - T + gain*Q)/tau", sum: "setPoint - T" },
});
