import { judge } from "./registry.ts";
import { aloneCases } from "./value-alone.ts";
import { comparedCases } from "./value-compared.ts";

judge([...aloneCases, ...comparedCases]);
