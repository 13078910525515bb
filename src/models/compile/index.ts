/** Compile: a checked definition and its parsed equations in, a `System` of generated functions out. */
export { compileSystem } from "./system.ts";
