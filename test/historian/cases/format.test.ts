import { formatCases } from "./format.ts";
import { judge } from "./registry.ts";

judge(formatCases);
