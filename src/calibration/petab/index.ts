/** PEtab: problems of parameter estimation as others write them, as questions. Reads files; imported only when asked for. */
export { type PetabQuestion, readPetab } from "./problem.ts";
