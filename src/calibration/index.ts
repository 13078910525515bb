/** Calibration: a question and windows of data in, parameters with a verdict out. Imports core, compute, models, solvers, types of historian. */
export type { Calibrated, Estimate, FitOfTag, LooseDirection, ResidualSeries, StartResult, Termination } from "./calibrated.ts";
