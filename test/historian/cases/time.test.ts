import { judge } from "./registry.ts";
import { clockCases } from "./time-clocks.ts";
import { orderCases } from "./time-order.ts";
import { stampCases } from "./time-stamps.ts";

judge([...stampCases, ...orderCases, ...clockCases]);
