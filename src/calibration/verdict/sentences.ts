/** What a person should know before using the estimates, one sentence each. */
import { listed } from "../../core/index.ts";
import type { Estimate, LooseDirection, StartResult, Termination } from "../calibrated.ts";
import type { Identifiability } from "../identifiability/identifiability.ts";
import type { Failure } from "../objective/objective.ts";
import type { Unknown } from "../question/unknown.ts";
import type { TagResiduals } from "./tags.ts";
import type { Uncertainty } from "./uncertainty.ts";

export interface Findings {
  readonly unknowns: readonly Unknown[];
  readonly estimates: Readonly<Record<string, Estimate>>;
  readonly uncertainty: Uncertainty;
  readonly loose: readonly LooseDirection[];
  readonly tags: Readonly<Record<string, TagResiduals>>;
  readonly termination: Termination;
  readonly starts: readonly StartResult[];
  readonly failure: Failure | undefined;
  /** Whether any data of the kind could fix the unknowns, where it was asked. */
  readonly structure: Identifiability | undefined;
}

/** From where on things are worth a sentence. */
export const thresholds = {
  /** Correlation of two estimates. */
  correlation: 0.99,
  /** Residuals over the given σ. */
  misfit: 2,
  /** Correlation of neighbouring residuals of a tag, when it has at least `points` points. */
  neighbours: 0.5,
  points: 10,
  /** Compression deviation over the errors that a fit sees: 3 σ at the source and more. */
  compression: 1.8,
  /** Cost above the best within which a start counts as having found the same. */
  sameCost: 0.1,
} as const;

export function sentences(findings: Findings): string[] {
  return [
    ...stopped(findings),
    ...outside(findings),
    ...impossible(findings),
    ...unfixed(findings),
    ...bounded(findings),
    ...correlated(findings),
    ...misfits(findings),
    ...compressed(findings),
    ...fewAgree(findings),
  ];
}

function stopped({ termination, failure }: Findings): string[] {
  switch (termination.kind) {
    case "gradient":
    case "step":
    case "cost":
    // The best start is never given up.
    case "given-up":
      return [];
    case "max-iterations":
      return ["The search has not converged: it stopped at `maxIterations`. Raise it, or start nearer."];
    case "max-time":
      return ["The search has not converged: its time was up."];
    case "cancelled":
      return ["The search was cancelled; these are the best values up to then."];
    case "solve-failed": {
      const where = failure ? ` Window "${failure.window}": ${failure.why}` : "";
      return [`The model cannot be integrated at or around the values where the search stopped; do not use these.${where}`];
    }
    default:
      return termination satisfies never;
  }
}

function compressed({ tags }: Findings): string[] {
  return Object.entries(tags).flatMap(([tag, { compression, sigma, unit }]) => {
    if (!(compression > thresholds.compression * sigma)) return [];
    return [
      `${tag} was compressed by ${short(compression)} ${unit}, ${(compression / sigma).toPrecision(2)} times its errors: estimates may be off by more than their intervals say. ` +
        'Simulate the historian with `bootstrap(question, fit, { kind: "archive" })`.',
    ];
  });
}

function outside({ unknowns, estimates }: Findings): string[] {
  return unknowns.flatMap(({ name, physical }) => {
    const estimate = estimates[name]!;
    if (estimate.physical || !physical) return [];
    const error = estimate.standardError === undefined ? "" : ` ± ${short(estimate.standardError)}`;
    return [
      `${name} is unphysical: ${short(estimate.value)}${error} ${unitOf(estimate)}, outside ${short(physical[0])} … ${short(physical[1])}. ` +
        "The model lacks something, or the data cannot tell it from another effect.",
    ];
  });
}

function impossible({ tags }: Findings): string[] {
  return Object.entries(tags).flatMap(([name, { impossible: found, unit }]) => {
    if (!found) return [];
    const { value, limit } = found;
    return [
      `Computed ${name} comes to ${short(value)} ${unit === "1" ? "(dimensionless)" : unit}, ${value < limit ? "below" : "above"} the ${short(limit)} that the model declares possible: its equations or their parameters are wrong there.`,
    ];
  });
}

function unfixed({ estimates, loose, unknowns, uncertainty, structure }: Findings): string[] {
  const blind = loose
    .filter((_, i) => uncertainty.loose[i]!.blind)
    .map(({ meaning, direction }) => `Not fixed by the data: ${meaning}.${remedy(direction, structure)}`);
  const vague = unknowns.flatMap(({ name }) => {
    const { identifiable, standardError, value } = estimates[name]!;
    if (identifiable || standardError === undefined) return [];
    return [`Hardly fixed by the data: ${name} = ${short(value)} ± ${short(standardError)} ${unitOf(estimates[name]!)}.`];
  });
  return [...blind, ...vague];
}

/** Whether other data would help: of the same kind, or only of another. */
function remedy(direction: LooseDirection["direction"], structure: Identifiability | undefined): string {
  if (!structure) return "";
  const parts = Object.entries(direction);
  const names = parts.filter(([, size]) => Math.abs(size) >= 0.2 * Math.abs(parts[0]![1])).map(([name]) => name);
  const confounded = structure.confounded.find((one) => names.every((name) => one.names.includes(name)));
  if (!confounded) {
    if (names.some((name) => structure.unidentifiable.includes(name))) return "";
    return names.every((name) => structure.identifiable.includes(name))
      ? " Other data of the same kind could: at other times, or with inputs that move more."
      : "";
  }
  const measuring = structure.measuring.length > 0 ? `; or measure ${listed(structure.measuring, "or")} as well` : "";
  const moving = structure.moving.length > 0 ? `; or move ${listed(structure.moving, "or")} while measuring` : "";
  return ` No data of this kind can: ${confounded.freedom === 1 ? "know one of them" : `know ${confounded.freedom} of them`}${moving}${measuring}.`;
}

function bounded({ unknowns, estimates }: Findings): string[] {
  return unknowns.flatMap((unknown) => {
    const estimate = estimates[unknown.name]!;
    if (!estimate.atBound) return [];
    const bound = estimate.atBound === "lower" ? unknown.lower : unknown.upper;
    return [
      `${unknown.name} is at its ${estimate.atBound} bound, ${short(bound)} ${unitOf(estimate)}; the intervals of the others take it as fixed.`,
    ];
  });
}

function correlated({ unknowns, uncertainty: { correlation, relative } }: Findings): string[] {
  const q = unknowns.length;
  const pairs: string[] = [];
  for (let i = 0; i < q; i++) {
    for (let j = i + 1; j < q; j++) {
      const value = correlation[i * q + j]!;
      if (Math.abs(value) < thresholds.correlation || relative[i] === undefined || relative[j] === undefined) continue;
      pairs.push(`${unknowns[i]!.name} and ${unknowns[j]!.name} are known together better than apart: correlation ${value.toFixed(5)}.`);
    }
  }
  return pairs;
}

function misfits({ tags }: Findings): string[] {
  return Object.entries(tags).flatMap(([name, { ratio, neighbours, sigmaEstimated, points, unresolved }]) => {
    const found: string[] = [];
    if (unresolved)
      return [
        `Residuals of ${name} are as small as the integration error: standard errors mean nothing. Give its σ, or a smaller \`rtol\`.`,
      ];
    if (!sigmaEstimated && ratio > thresholds.misfit) {
      found.push(
        `Residuals of ${name} are ${short(ratio)} times the given σ: the model misses something, or σ is too small; standard errors are too small.`,
      );
    }
    if (points >= thresholds.points && neighbours > thresholds.neighbours) {
      found.push(
        `Neighbouring residuals of ${name} are alike (correlation ${neighbours.toFixed(2)}): the model misses something slow; standard errors are too small.`,
      );
    }
    return found;
  });
}

function fewAgree({ starts, tags }: Findings): string[] {
  const best = starts[0]?.cost;
  if (starts.length < 3 || best === undefined || Object.values(tags).some(({ unresolved }) => unresolved)) return [];
  const same = starts.filter(({ cost }) => cost !== undefined && cost - best <= thresholds.sameCost).length;
  const failed = starts.filter(({ cost }) => cost === undefined).map(({ start }) => String(start));
  return [
    ...(same === 1 ? [`Only 1 of ${starts.length} starts found this minimum; more starts may find a better one.`] : []),
    ...(failed.length > 0 ? [`The model could not be integrated from ${failed.length === 1 ? "start" : "starts"} ${listed(failed)}.`] : []),
  ];
}

/** Four significant digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return String(Number(value.toPrecision(4)));
}

function unitOf({ unit }: Estimate): string {
  return unit === "1" ? "(dimensionless)" : unit;
}
