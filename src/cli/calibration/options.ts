/** Options of the commands that calibrate, as they are written. */
import type { DataOptions } from "../plant-data.ts";

export interface QuestionOptions extends DataOptions {
  readonly model?: string;
  readonly estimate?: string;
  readonly starts?: string;
  readonly seed?: string;
  readonly level?: string;
  readonly workers?: string;
  readonly method?: string;
  readonly again?: string;
  readonly shooting?: string | true;
  readonly checkpoint?: string;
}

export interface BeyondOptions {
  readonly profile?: boolean;
  readonly bootstrap?: string;
  readonly bootstrapKind?: string;
  readonly sample?: string;
  readonly diagnose?: boolean;
  readonly former?: string;
}

export interface CalibrateOptions extends QuestionOptions, BeyondOptions {
  readonly report?: string;
  readonly out?: string;
}
