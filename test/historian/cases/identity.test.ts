import { identityCases } from "./identity.ts";
import { judge } from "./registry.ts";

judge(identityCases);
