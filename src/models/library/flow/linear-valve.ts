/**
 * Control valve for liquids with linear characteristic.
 *
 * Assumes: turbulent flow, incompressible liquid, quasi-steady; flow in proportion to opening.
 * Valid: Newtonian liquids above a valve Reynolds number of some 10⁴; choked flow is limited by FL and vapour pressure, for p1 > p2.
 *
 * @see ANSI/ISA-75.01.01 (IEC 60534-2-1), "Industrial-process control valves: sizing equations for fluid flow".
 * @see D. E. Seborg et al., *Process Dynamics and Control*, 3rd ed., Wiley 2010, §9.2 (final control elements).
 */
import { defineModel } from "../../define/define-model.ts";
import { liquidValve } from "./liquid-valve.ts";

/** Linear valve: opening from 0 to 1, absolute pressures in Pa, flow in m³/s. */
export const linearValve = defineModel({
  name: "linear-valve",
  time: "s",
  description: "Control valve for liquids, linear",
  parameters: liquidValve.parameters,
  inputs: liquidValve.inputs,
  states: {},
  algebraic: {
    ...liquidValve.algebraic,
    share: { unit: "1", is: "lift", description: "flow for that of the open valve" },
  },
  derivatives: {},
  outputs: liquidValve.outputs,
});
