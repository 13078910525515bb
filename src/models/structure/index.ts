/** Structure: what a model's equations determine, in which order, and of which index. Takes parsed equations, gives plain data. */
export type { Constraint } from "./high-index.ts";
export type { Singular } from "./index-one.ts";
export { type Scaling, scalingDefaults, scalingOf } from "./scaling.ts";
export { type Block, type ModelStructure, structureOf } from "./structure-of.ts";
