import { processCases } from "./process.ts";
import { judge } from "./registry.ts";

judge(processCases);
