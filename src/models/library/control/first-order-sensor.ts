/**
 * A measuring instrument with lag, gain and bias.
 *
 * Assumes: one dominant time constant, as of a thermowell; linear.
 * Valid: inside the range of the instrument; no noise, no quantisation.
 *
 * @see D. E. Seborg et al., *Process Dynamics and Control*, 3rd ed., Wiley 2010, §9.1 (sensors, transmitters).
 */
import { defineModel } from "../../define/define-model.ts";

export const firstOrderSensorDefaults = { unit: "K" } as const;

/**
 * Sensor; `actual` is measured, `reading` is shown. At the start it shows what it would at rest; time in s.
 *
 * @param settings.unit  of what is measured
 *
 * @example
 * firstOrderSensor({ unit: "Pa" }).definition.inputs; // => { actual: "Pa" }
 */
export function firstOrderSensor({ unit = firstOrderSensorDefaults.unit }: { readonly unit?: string } = {}) {
  return defineModel({
    name: "first-order-sensor",
    time: "s",
    description: "Sensor with a lag of first order",
    parameters: {
      tau: { value: 10, unit: "s", bounds: [0.01, 1e4], physical: [0, 1e6], scale: "log", description: "time constant", source: "example" },
      gain: { value: 1, unit: "1", bounds: [0.5, 2], physical: [0, 10], description: "reading by actual value", source: "ideal" },
      bias: { value: 0, unit, bounds: [-1e3, 1e3], physical: [-1e6, 1e6], description: "reading at an actual value of 0", source: "ideal" },
    },
    inputs: { actual: unit },
    states: { reading: { unit, initial: "gain*actual + bias" } },
    derivatives: { reading: "(gain*actual + bias - reading)/tau" },
  });
}
