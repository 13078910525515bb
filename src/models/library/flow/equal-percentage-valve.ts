/**
 * Control valve for liquids with equal-percentage characteristic.
 *
 * Assumes: turbulent flow, incompressible liquid, quasi-steady; equal steps of opening change the flow by equal percentages, R^(opening − 1).
 * Valid: Newtonian liquids above a valve Reynolds number of some 10⁴; choked flow is limited by FL and vapour pressure, for p1 > p2.
 * When shut it still passes 1/R of the open flow, as its characteristic says; tight shut-off is not modelled.
 *
 * @see ANSI/ISA-75.01.01 (IEC 60534-2-1), "Industrial-process control valves: sizing equations for fluid flow".
 * @see D. E. Seborg et al., *Process Dynamics and Control*, 3rd ed., Wiley 2010, §9.2 (final control elements).
 */
import { defineModel } from "../../define/define-model.ts";
import { liquidValve } from "./liquid-valve.ts";

/** Equal-percentage valve: opening from 0 to 1, absolute pressures in Pa, flow in m³/s. */
export const equalPercentageValve = defineModel({
  name: "equal-percentage-valve",
  time: "s",
  description: "Control valve for liquids, equal-percentage",
  parameters: {
    ...liquidValve.parameters,
    R: { value: 50, unit: "1", bounds: [10, 100], physical: [1, 1e3], description: "rangeability", source: "Seborg et al. 2010, §9.2" },
  },
  inputs: liquidValve.inputs,
  states: {},
  algebraic: {
    ...liquidValve.algebraic,
    share: { unit: "1", is: "R^(lift - 1)", description: "flow for that of the open valve" },
  },
  derivatives: {},
  outputs: liquidValve.outputs,
});
