export type { Measured, Window } from "./window.ts";
