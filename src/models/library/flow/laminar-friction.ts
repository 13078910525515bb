/**
 * Darcy's friction factor of laminar flow in a round pipe, 64/Re (Hagen–Poiseuille).
 *
 * Assumes: fully developed flow of a Newtonian fluid.
 * Valid: 0 < Re < 2300.
 *
 * @see R. B. Bird, W. E. Stewart & E. N. Lightfoot, *Transport Phenomena*, 2nd ed., Wiley 2002, §2.3 and §6.2 (f there is Fanning's, 16/Re).
 */
import { defineModel } from "../../define/define-model.ts";

/** Laminar friction factor. No parameters. */
export const laminarFriction = defineModel({
  name: "laminar-friction",
  time: "s",
  description: "Friction factor of laminar flow",
  inputs: { Re: "1" },
  states: {},
  derivatives: {},
  outputs: { f: { unit: "1", is: "64/Re", description: "Darcy's friction factor" } },
});
