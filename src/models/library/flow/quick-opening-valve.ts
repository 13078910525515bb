/**
 * Control valve for liquids with quick-opening characteristic.
 *
 * Assumes: turbulent flow, incompressible liquid, quasi-steady; flow in proportion to the root of the opening.
 * Valid: Newtonian liquids above a valve Reynolds number of some 10⁴; choked flow is limited by FL and vapour pressure, for p1 > p2.
 * Within some `crack` of shut the flow is linear in the opening, so that its slope stays finite.
 *
 * @see ANSI/ISA-75.01.01 (IEC 60534-2-1), "Industrial-process control valves: sizing equations for fluid flow".
 * @see D. E. Seborg et al., *Process Dynamics and Control*, 3rd ed., Wiley 2010, §9.2 (final control elements).
 */
import { defineModel } from "../../define/define-model.ts";
import { liquidValve } from "./liquid-valve.ts";

/** Quick-opening valve: opening from 0 to 1, absolute pressures in Pa, flow in m³/s. */
export const quickOpeningValve = defineModel({
  name: "quick-opening-valve",
  time: "s",
  description: "Control valve for liquids, quick-opening",
  parameters: {
    ...liquidValve.parameters,
    crack: { value: 1e-4, unit: "1", physical: [0, 0.1], description: "opening below which flow is linear", source: "numerical" },
  },
  inputs: liquidValve.inputs,
  states: {},
  algebraic: {
    ...liquidValve.algebraic,
    share: { unit: "1", is: "lift/sqrt(sqrt(lift^2 + crack^2))", description: "flow for that of the open valve" },
  },
  derivatives: {},
  outputs: liquidValve.outputs,
});
