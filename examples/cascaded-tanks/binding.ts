/** The columns of `estimation.csv`: pump voltage and level sensor, one row every 4 s, no clock. */
import { bind } from "greybox";
import type { FileOptions } from "greybox/historian";
import { overflowing, plain } from "./model.ts";

export const file: FileOptions = { time: { every: 4, unit: "s" }, tags: ["uEst", "yEst"] };

const pump = { tag: "uEst", unit: "V", hold: "hold" } as const;
const level = { tag: "yEst", unit: "V" } as const;

export const plainTags = bind(plain, { u: pump, y: level });
export const overflowingTags = bind(overflowing, { u: pump, y: level });
