import { qualityCases } from "./quality.ts";
import { judge } from "./registry.ts";

judge(qualityCases);
