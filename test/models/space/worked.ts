/** The worked models of `docs/space.md`, for tests: a tubular reactor, a counter-current exchanger, a packed column. */
import { defineDistributedModel } from "../../../src/models/index.ts";

/** First-order reaction A → B in a tube with axial dispersion, closed at both ends for dispersion (Danckwerts). */
export const tubularReactor = defineDistributedModel({
  name: "tubular reactor",
  time: "min",
  axes: { z: { unit: "m", to: "L", cells: 200, flow: "forward" } },
  parameters: {
    L: { value: 10, unit: "m" },
    v: { value: 2, unit: "m/min", bounds: [0.1, 10] },
    D: { value: 0.5, unit: "m^2/min" },
    k: { value: 0.3, unit: "1/min", bounds: [0, 5] },
  },
  inputs: { cIn: "mol/L" },
  states: { c: { unit: "mol/L", initial: 0, along: "z" } },
  algebraic: { r: { unit: "mol/L/min", is: "k*c", along: "z" } },
  derivatives: { c: "-ddz(v*c - D*ddz(c)) - r" },
  boundaries: { c: { start: "v*c - D*ddz(c) = v*cIn", end: "ddz(c) = 0" } },
  outputs: { outlet: { unit: "mol/L", is: "at(c, end)" }, holdup: { unit: "mol*m/L", is: "integral(c)" } },
});

/** Two streams that pass each other; the hot one flows along the axis, the cold one against it. */
export const exchanger = defineDistributedModel({
  name: "counter-current exchanger",
  time: "s",
  axes: { z: { unit: "m", to: "L", cells: 60 } },
  parameters: {
    L: { value: 6, unit: "m" },
    UP: { value: 900, unit: "W/m/K", description: "heat transfer coefficient times perimeter" },
    hotHoldup: { value: 2000, unit: "J/m/K" },
    coldHoldup: { value: 3000, unit: "J/m/K" },
  },
  inputs: { hotFlow: "W/K", coldFlow: "W/K", ThotIn: "K", TcoldIn: "K" },
  states: {
    Thot: { unit: "K", initial: "ThotIn", along: "z", flow: "forward" },
    Tcold: { unit: "K", initial: "TcoldIn", along: "z", flow: "backward" },
  },
  algebraic: { q: { unit: "W/m", is: "UP*(Thot - Tcold)", along: "z" } },
  derivatives: {
    Thot: "(-hotFlow*ddz(Thot) - q)/hotHoldup",
    Tcold: "(coldFlow*ddz(Tcold) + q)/coldHoldup",
  },
  boundaries: { Thot: { start: "Thot = ThotIn" }, Tcold: { end: "Tcold = TcoldIn" } },
  outputs: {
    duty: { unit: "W", is: "hotFlow*(ThotIn - at(Thot, end))" },
    ThotOut: { unit: "K", is: "at(Thot, end)" },
    TcoldOut: { unit: "K", is: "at(Tcold, start)" },
  },
});

/** Dilute absorption in a packed column: gas rises along the axis, liquid comes down, equilibrium y* = m·x. */
export const packedColumn = defineDistributedModel({
  name: "packed column",
  time: "s",
  axes: { z: { unit: "m", to: "H", cells: 80 } },
  parameters: {
    H: { value: 4, unit: "m" },
    m: { value: 0.8, unit: "1", description: "slope of the equilibrium line" },
    Kya: { value: 60, unit: "mol/m^3/s", description: "overall gas-side coefficient" },
    gasHoldup: { value: 30, unit: "mol/m^3" },
    liquidHoldup: { value: 3000, unit: "mol/m^3" },
  },
  inputs: { G: "mol/m^2/s", Lq: "mol/m^2/s", yIn: "1", xIn: "1" },
  states: {
    y: { unit: "1", initial: 0, along: "z", flow: "forward", min: 0 },
    x: { unit: "1", initial: "xIn", along: "z", flow: "backward", min: 0 },
  },
  algebraic: { N: { unit: "mol/m^3/s", is: "Kya*(y - m*x)", along: "z" } },
  derivatives: { y: "(-ddz(G*y) - N)/gasHoldup", x: "(ddz(Lq*x) + N)/liquidHoldup" },
  boundaries: { y: { start: "y = yIn" }, x: { end: "x = xIn" } },
  outputs: {
    yOut: { unit: "1", is: "at(y, end)" },
    xOut: { unit: "1", is: "at(x, start)" },
    absorbed: { unit: "mol/m^2/s", is: "integral(N)" },
  },
});
