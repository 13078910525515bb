/** Which tag of the plant is which quantity of the mechanism, and how far each can be trusted. */
import { bind } from "greybox";
import type { FileOptions } from "greybox/historian";
import { reactor } from "./model.ts";

/** How the export is written: one row a value, OPC UA status codes, times in UTC. */
export const file: FileOptions = {
  status: { column: "status", map: "ua" },
  times: ["LAB.CA.REPORTED"],
};

export const tags = bind(reactor, {
  q: { tag: "FIC101.PV", unit: "m^3/h", hold: "linear", range: [0, 5] },
  cF: { tag: "AI101.PV", unit: "mol/L", hold: "linear", range: [1, 8] },
  TF: { tag: "TI101.PV", unit: "degC", hold: "linear", range: [0, 60] },
  Tj: { tag: "TI103.PV", unit: "degC", hold: "linear", range: [0, 120] },
  T: { tag: "TIC102.PV", unit: "degC", sigma: 0.15, compression: 0.2, range: [20, 120] },
  cA: { tag: "LAB.CA", unit: "mol/L", sigma: 0.02, range: [0, 2], lab: { reported: "LAB.CA.REPORTED" } },
});
