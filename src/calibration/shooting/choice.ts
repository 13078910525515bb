/** What a question says of multiple shooting. Plain data. */
import { GreyboxError, type System } from "../../core/index.ts";

/**
 * Windows are cut at nodes whose states are estimated with the parameters; gaps at the nodes are closed on the way. `nodes`: how many in
 * each window, beside its start; `"auto"`: by the number of its samples.
 */
export interface ShootingChoice {
  readonly nodes: number | "auto";
}

/** @throws GreyboxError `calibration/shooting`, `calibration/option` */
export function shootingPlan(
  choice: ShootingChoice | undefined,
  system: System,
  { steady, innovations, settled }: { readonly steady: boolean; readonly innovations: number; readonly settled: boolean },
): ShootingChoice | undefined {
  if (choice === undefined) return undefined;
  const { nodes } = choice;
  if (nodes !== "auto" && !(Number.isInteger(nodes) && nodes >= 1)) {
    throw new GreyboxError("calibration/option", { option: "shooting.nodes", value: nodes, rule: 'a whole number above 0, or "auto"' });
  }
  const why = steady
    ? "its windows are steady states, which have no course to be cut"
    : settled
      ? "its windows start or end at rest, which is a run of its own"
      : innovations > 0
        ? "its runs are corrected by measured values, and so follow the data already"
        : (system.delays?.names.length ?? 0) > 0
          ? `it has dead times (${system.delays!.names.join(", ")}), for which the states at a node do not say enough`
          : undefined;
  if (why !== undefined) throw new GreyboxError("calibration/shooting", { model: system.name, why });
  return { nodes };
}
