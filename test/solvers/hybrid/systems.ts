/** All hybrid systems: for whoever has derivatives to compare. */
import { algebraic } from "./algebraic.ts";
import { controllers } from "./controllers.ts";
import type { HybridCase } from "./hybrid-case.ts";
import { instants } from "./instants.ts";
import { mechanics } from "./mechanics.ts";
import { tanks } from "./tanks.ts";
import { writtenCases } from "./written-cases.ts";

export type { HybridCase } from "./hybrid-case.ts";

/** From equations in the model language. */
export const modelCases: readonly HybridCase[] = [...tanks, ...controllers, ...mechanics, ...algebraic, ...instants];

export const hybridSystems: readonly HybridCase[] = [...writtenCases, ...modelCases];
