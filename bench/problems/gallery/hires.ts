/**
 * High irradiance response of photomorphogenesis: eight reactants of a plant's phytochrome, in dimensionless form.
 *
 * @see E. Schäfer, "A new approach to explain the high irradiance responses of photomorphogenesis on the basis of phytochrome",
 *   J. Math. Biology 2 (1975) 41–56; Test Set for Initial Value Problem Solvers, release 2.4, Univ. Bari 2008.
 */
import { defineModel } from "greybox/models";

const pure = (value: number) => ({ value, unit: "1" });
const none = { unit: "1", initial: 0 };

/** Published run: 0 … 321.8122. `y7` and `y8` are the bound and the free form of one substance. */
export const hires = defineModel({
  name: "hires",
  time: "1",
  parameters: {
    k1: pure(1.71),
    k2: pure(280),
    k3: pure(8.32),
    k4: pure(0.69),
    k5: pure(0.43),
    k6: pure(1.81),
    feed: pure(0.0007),
    a: pure(8.75),
    b: pure(10.03),
    c: pure(0.035),
    d: pure(1.12),
    e: pure(1.745),
  },
  states: { y1: { unit: "1", initial: 1 }, y2: none, y3: none, y4: none, y5: none, y6: none, y7: none, y8: { unit: "1", initial: 0.0057 } },
  algebraic: { binding: { unit: "1", is: "k2*y6*y8" } },
  derivatives: {
    y1: "-k1*y1 + k5*y2 + k3*y3 + feed",
    y2: "k1*y1 - a*y2",
    y3: "-b*y3 + k5*y4 + c*y5",
    y4: "k3*y2 + k1*y3 - d*y4",
    y5: "-e*y5 + k5*y6 + k5*y7",
    y6: "-binding + k4*y4 + k1*y5 - k5*y6 + k4*y7",
    y7: "binding - k6*y7",
    y8: "-binding + k6*y7",
  },
});
