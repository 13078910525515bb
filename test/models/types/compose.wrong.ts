/** Plants with one mistake each, for the compiler only: the line under each directive must be an error that contains its text. */
import { array, compose } from "../../../src/models/index.ts";
import { reactor, tank, transmitter } from "../compose/parts.ts";

const parts = { r1: reactor, tt: transmitter, row: array(3, tank) };

compose("unknown part", {
  parts,
  // @ts-expect-error: NotConnectable<"r2.Tc">
  connect: { "r2.Tc": "tt.reading" },
});
compose("unknown port", {
  parts,
  // @ts-expect-error: NotConnectable<"r1.Tcc">
  connect: { "r1.Tcc": "tt.reading" },
});
compose("a state on the left", {
  parts,
  // @ts-expect-error: NotConnectable<"r1.T">
  connect: { "r1.T": "tt.reading" },
});
compose("unknown source", {
  parts,
  connect: {
    "tt.process": "r1.T",
    // @ts-expect-error: Undeclared<"tt.readings">
    "r1.Tc": "300 K + tt.readings",
  },
});
compose("unknown port of parts in a row", {
  parts,
  // @ts-expect-error: NotConnectable<"row[i].c">
  connect: { "row[i].c": "row[i-1].c" },
});
compose("unknown source in a row", {
  parts,
  connect: {
    // @ts-expect-error: Undeclared<"row[i-1].cc">
    "row[i].cIn": "row[i-1].cc",
  },
});
compose("blanks in an index", {
  parts,
  connect: {
    // @ts-expect-error: Undeclared<"row[i">
    "row[i].cIn": "row[i - 1].c",
  },
});
compose("own quantities", {
  parts,
  parameters: { k: { value: 1, unit: "1" } },
  outputs: {
    // @ts-expect-error: Undeclared<"kk">
    y: { unit: "K", is: "kk*r1.T" },
  },
});

// What is right has names, and knows what is left to be given.
const plant = compose("right", {
  parts,
  parameters: { V: { value: 5, unit: "L" } },
  inputs: { feed: "L/min" },
  connect: { "tt.process": "r1.T", "r1.q": "feed", "row[i].q": "feed", "row[i].cIn": "row[i-1].c", "row[1].cIn": "r1.cA", "r1.V": "V" },
});
plant.with({ parameters: { V: 2, "r1.UA": 5e4, "row[2].V": 3 } });
// @ts-expect-error: "r1.V"
plant.with({ parameters: { "r1.V": 2 } });
// @ts-expect-error: "r1.VV"
plant.with({ parameters: { "r1.VV": 2 } });
