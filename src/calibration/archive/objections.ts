/** When the simulated historian does not explain the record: reasons to refuse what a bootstrap of compressed data says. */
import type { Unknown } from "../question/unknown.ts";
import type { Archive } from "./columns.ts";
import type { Settled } from "./rounds.ts";

/** From where on the cure is refused. */
export const refused = {
  /** Share of the simulated histories that could not be fitted. */
  failures: 0.1,
  /** How far values may still move in the last round, in standard deviations. */
  moved: 0.75,
  /** How far the record may look from what was simulated, in standard deviations. */
  off: 3.5,
  /** Standard error of the logarithm of σ. */
  sigma: 0.3,
} as const;

export function objections(
  { failed, members, moved, signs, scatter, sigmaError }: Settled,
  { tags }: Archive,
  unknowns: readonly Unknown[],
): string[] {
  const said: string[] = [];
  if (scatter.length === 0 || failed > refused.failures * members)
    said.push(
      `${failed} of ${members} simulated histories could not be fitted: the record keeps too little to say how far estimates are off.`,
    );
  for (const [j, { name }] of unknowns.entries()) {
    if (Math.abs(moved[j]!) > refused.moved && scatter.length > 0)
      said.push(
        `${name} still moves by ${Math.abs(moved[j]!).toPrecision(2)} standard deviations in the last round: its bias cannot be told from the record.`,
      );
  }
  for (const [t, { tag, points }] of tags.entries()) {
    if (sigmaError[t]! > refused.sigma)
      said.push(`The record does not say how large the errors of ${tag} are at their source: give \`archive: { ${tag}: { sigma: … } }\`.`);
    const off = signs[t]?.off ?? [];
    const what = [points === "archived" ? "number of archived points" : "roughness", "distance from the fit"];
    for (const [s, one] of off.entries()) {
      if (Math.abs(one) > refused.off)
        said.push(
          `${tag} does not look like what this historian would keep of this model: its ${what[s]} is ${one > 0 ? "larger" : "smaller"} than simulated by ${Math.abs(one).toPrecision(2)} standard deviations. Check compression and exception deviation, scan time and noise.`,
        );
    }
  }
  return said;
}
