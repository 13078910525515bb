import { judge } from "./registry.ts";
import { orderCases } from "./time-order.ts";
import { stampCases } from "./time-stamps.ts";

judge([...stampCases, ...orderCases]);
