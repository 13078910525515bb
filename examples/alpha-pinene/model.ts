/**
 * Thermal isomerisation of α-pinene: five species, five first-order rate constants.
 *
 * α-pinene goes to dipentene and to allo-ocimene; allo-ocimene goes to pyronenes, and forth and back to its dimer.
 *
 * @see R. E. Fuguitt & J. E. Hawkins, "Rate of the thermal isomerization of α-pinene in the liquid phase", J. Am. Chem. Soc. 69 (1947)
 *   319–322; posed as a test problem by Box, Hunter, MacGregor & Erjavec, Technometrics 15 (1973) 33–51, and in COPS 3.0 (ANL/MCS-TM-273).
 */
import { defineModel } from "greybox";

/** Two decades around the rates that such a mixture can have at 189.5 °C. */
const rate = { value: 1e-4, unit: "1/min", bounds: [1e-5, 1e-3], scale: "log" } as const;

export const pinene = defineModel({
  name: "alpha-pinene",
  time: "min",
  parameters: {
    t1: { ...rate, description: "α-pinene → dipentene" },
    t2: { ...rate, description: "α-pinene → allo-ocimene" },
    t3: { ...rate, description: "allo-ocimene → pyronenes" },
    t4: { ...rate, description: "allo-ocimene → dimer" },
    t5: { ...rate, description: "dimer → allo-ocimene" },
  },
  inputs: {},
  states: {
    pinene: { unit: "%", initial: 100 },
    dipentene: { unit: "%", initial: 0, nominal: 50 },
    alloOcimene: { unit: "%", initial: 0, nominal: 5 },
    pyronene: { unit: "%", initial: 0, nominal: 2 },
    dimer: { unit: "%", initial: 0, nominal: 20 },
  },
  derivatives: {
    pinene: "-(t1 + t2)*pinene",
    dipentene: "t1*pinene",
    alloOcimene: "t2*pinene - (t3 + t4)*alloOcimene + t5*dimer",
    pyronene: "t3*alloOcimene",
    dimer: "t4*alloOcimene - t5*dimer",
  },
});
