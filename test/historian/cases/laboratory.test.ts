import { laboratoryCases } from "./laboratory.ts";
import { judge } from "./registry.ts";

judge(laboratoryCases);
