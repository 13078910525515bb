/**
 * Tubular reactor with axial dispersion of mass and heat, one exothermic first-order reaction and a cooled wall, in 200 cells.
 *
 * Assumes plug flow of constant velocity and properties; closed at both ends for dispersion. Finite volumes, so what leaves a cell enters the
 * next: balances over the tube hold to rounding.
 *
 * @see P. V. Danckwerts, "Continuous flow systems: distribution of residence times", Chem. Eng. Sci. 2 (1953) 1–13 (ends).
 */
import { defineDistributedModel } from "greybox/models";

export const cells = 200;

/** Concentration `c` and temperature `T` along `z`, in 200 cells. */
export const tubularReactor = tubularReactorOf(cells);

/** The same in any number of cells. */
export function tubularReactorOf(cells: number) {
  return defineDistributedModel({
    name: "tubular-reactor",
    time: "s",
    axes: { z: { unit: "m", to: "length", cells, flow: "forward" } },
    parameters: {
      length: { value: 2, unit: "m" },
      v: { value: 0.02, unit: "m/s", bounds: [1e-3, 1], description: "velocity" },
      D: { value: 2e-4, unit: "m^2/s", description: "axial dispersion of mass" },
      Lambda: { value: 4e-4, unit: "m^2/s", description: "axial dispersion of heat" },
      k0: { value: 1e6, unit: "1/s", bounds: [1e4, 1e8], scale: "log" },
      EoverR: { value: 6000, unit: "K", bounds: [4000, 9000] },
      rise: { value: 0.04, unit: "K*m^3/mol", description: "adiabatic rise of temperature by concentration" },
      cooling: { value: 0.01, unit: "1/s", description: "heat transfer to the wall by heat capacity" },
    },
    inputs: { cIn: "mol/m^3", TIn: "K", Tw: "K" },
    states: {
      c: { unit: "mol/m^3", initial: 0, along: "z", nominal: 1000 },
      T: { unit: "K", initial: "TIn", along: "z" },
    },
    algebraic: { r: { unit: "mol/m^3/s", is: "k0*exp(-EoverR/T)*c", along: "z" } },
    derivatives: {
      c: "-ddz(v*c - D*ddz(c)) - r",
      T: "-ddz(v*T - Lambda*ddz(T)) + rise*r - cooling*(T - Tw)",
    },
    boundaries: {
      c: { start: "v*c - D*ddz(c) = v*cIn", end: "ddz(c) = 0" },
      T: { start: "v*T - Lambda*ddz(T) = v*TIn", end: "ddz(T) = 0" },
    },
    outputs: {
      outlet: { unit: "mol/m^3", is: "at(c, end)" },
      outletT: { unit: "K", is: "at(T, end)" },
      reacted: { unit: "mol/m^2/s", is: "integral(r)" },
    },
  });
}
