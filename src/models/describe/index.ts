/** Pages about models, for people who know the plant. Takes a model, gives HTML. */
export { setName, toMathML } from "./mathml.ts";
export { describeModel, pageDefaults } from "./page.ts";
export { type ModelSize, sizeOfModel } from "./size.ts";
