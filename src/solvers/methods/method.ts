/** What a chooser, a report and a refusal need to know of an integration method. */

export type MethodName = "tsit5" | "rodas5p" | "odex";

export interface Method {
  readonly name: MethodName;
  /** Order of the propagated solution. */
  readonly order: number;
  /** Stable on stiff systems at step sizes that accuracy alone would allow. */
  readonly stiff: boolean;
  /** Solves systems with algebraic states (index 1). */
  readonly algebraic: boolean;
  /** Differentiates its own steps. */
  readonly sensitivities: boolean;
  /** Locates events. */
  readonly events: boolean;
}
