/** For what starts a system anew from its state alone: with delays, the state is not all that the future depends on. */
import { GreyboxError, type System } from "../../core/index.ts";

/**
 * Refuses a system with delays.
 *
 * @param who  what cannot follow them, as it is called
 * @throws GreyboxError `solver/unsupported`
 */
export function refuseDelays({ delays }: System, who: string): void {
  if (!delays) return;
  throw new GreyboxError("solver/unsupported", {
    method: who,
    what: `systems with delays (${delays.names.join(", ")}), which depend on more than the state of a moment`,
    instead: "Approximate the delay by a chain of lags (`pipeDelay` of the library), or delay the input before it is given.",
  });
}
