/**
 * Prey and predator: two states that go round for ever, the usual non-stiff test.
 *
 * @see A. J. Lotka, *Elements of Physical Biology*, Williams & Wilkins 1925.
 */
import { defineModel } from "greybox/models";

const pure = (value: number) => ({ value, unit: "1" });

export const lotkaVolterra = defineModel({
  name: "lotka-volterra",
  time: "1",
  parameters: { a: pure(1.5), b: pure(1), c: pure(3), d: pure(1) },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "d*x*y - c*y" },
});
