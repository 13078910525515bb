/** Fits of one model to many assets: what they are like, and which of them is not like the others. */
import type { Calibrated, Estimate } from "../calibrated.ts";

/** What is kept of a fit when there are a thousand of them. Plain data. */
export interface FleetMember {
  readonly name: string;
  /** The fit converged. */
  readonly ok: boolean;
  readonly termination: string;
  readonly points: number;
  readonly cost: number;
  readonly parameters: Readonly<Record<string, Estimate & { readonly scale: "linear" | "log" }>>;
  readonly verdict: readonly string[];
}

/** One parameter over the fleet. */
export interface FleetParameter {
  readonly name: string;
  readonly unit: string;
  /** Assets whose data fixes it. */
  readonly count: number;
  readonly median: number;
  /** Least and greatest. */
  readonly range: readonly [number, number];
  /**
   * Assets that stand out: distance from the median over the root of the squared spread of the fleet (1.4826 times the median of absolute
   * distances) and the squared standard error; on a log scale of logarithms. Farthest first.
   */
  readonly outstanding: readonly { readonly name: string; readonly distance: number }[];
}

/** Distance that stands out, and assets that it takes to speak of a fleet. */
export const fleetDefaults = { distance: 3.5, least: 5 } as const;

export function memberOf(name: string, fit: Calibrated): FleetMember {
  const { termination, tags, cost, parameters, names, verdict, model } = fit;
  const scaleOf = (one: string): "linear" | "log" => model.definition.parameters[one]?.scale ?? "linear";
  return {
    name,
    ok: termination.ok,
    termination: termination.kind,
    points: Object.values(tags).reduce((sum, tag) => sum + tag.points, 0),
    cost,
    parameters: Object.fromEntries(names.flatMap((one) => (parameters[one] ? [[one, { ...parameters[one], scale: scaleOf(one) }]] : []))),
    verdict,
  };
}

/**
 * Looks over a fleet, parameter by parameter, in the order of the first member that has it. What did not converge is left out.
 *
 * @see B. Iglewicz, D. C. Hoaglin, *How to Detect and Handle Outliers*, ASQC 1993, for the distance that stands out.
 */
export function fleetOf(members: readonly FleetMember[]): FleetParameter[] {
  const good = members.filter(({ ok }) => ok);
  const names = [...new Set(good.flatMap(({ parameters }) => Object.keys(parameters)))];
  return names.flatMap((name): FleetParameter[] => {
    const known = good.flatMap((member) => {
      const estimate = member.parameters[name];
      return estimate?.identifiable && estimate.standardError !== undefined ? [{ asset: member.name, estimate }] : [];
    });
    const [first] = known;
    if (!first) return [];
    const logarithmic = known.every(({ estimate }) => estimate.scale === "log" && estimate.value > 0);
    const place = ({ value }: Estimate): number => (logarithmic ? Math.log(value) : value);
    const error = ({ value, standardError = 0 }: Estimate): number => (logarithmic ? standardError / value : standardError);
    const middle = median(known.map(({ estimate }) => place(estimate)));
    const spread = 1.4826 * median(known.map(({ estimate }) => Math.abs(place(estimate) - middle)));
    const outstanding =
      known.length < fleetDefaults.least
        ? []
        : known
            .map(({ asset, estimate }) => ({ name: asset, distance: (place(estimate) - middle) / Math.hypot(spread, error(estimate)) }))
            .filter(({ distance }) => Math.abs(distance) >= fleetDefaults.distance)
            .sort((a, b) => Math.abs(b.distance) - Math.abs(a.distance));
    const values = known.map(({ estimate }) => estimate.value);
    return [
      {
        name,
        unit: first.estimate.unit,
        count: known.length,
        median: logarithmic ? Math.exp(middle) : middle,
        range: [Math.min(...values), Math.max(...values)],
        outstanding,
      },
    ];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
