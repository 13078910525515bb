/**
 * Robertson's autocatalytic reaction A → B, 2 B → B + C, B + C → A + C: three rates that are nine decades apart.
 *
 * @see H. H. Robertson, "The solution of a set of reaction rate equations", in: J. Walsh (ed.), *Numerical Analysis, an Introduction*,
 *   Academic Press 1966, 178–182; F. Mazzia, C. Magherini, "Test Set for Initial Value Problem Solvers", release 2.4, Univ. Bari 2008.
 */
import { defineModel } from "greybox/models";

/** Shares of the three species; the published run ends at 10¹¹ s. */
export const rober = defineModel({
  name: "rober",
  time: "s",
  parameters: { k1: { value: 0.04, unit: "1/s" }, k2: { value: 3e7, unit: "1/s" }, k3: { value: 1e4, unit: "1/s" } },
  states: {
    A: { unit: "1", initial: 1, min: 0 },
    B: { unit: "1", initial: 0, min: 0, nominal: 1e-5 },
    C: { unit: "1", initial: 0, min: 0, nominal: 1 },
  },
  algebraic: {
    r1: { unit: "1/s", is: "k1*A" },
    r2: { unit: "1/s", is: "k2*B^2" },
    r3: { unit: "1/s", is: "k3*B*C" },
  },
  derivatives: { A: "r3 - r1", B: "r1 - r2 - r3", C: "r2" },
});
