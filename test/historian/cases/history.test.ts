import { historyCases } from "./history.ts";
import { judge } from "./registry.ts";

judge(historyCases);
