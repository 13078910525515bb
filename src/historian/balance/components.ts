/**
 * Reconciles flows and compositions together: total and component balances, which are bilinear in them.
 *
 * The constraints are linearised where the last iterate stands, and reconciled from the measurements anew, until nothing moves.
 */
import { type Constraints, dot, reconcileLinear } from "./linear.ts";
import { type Balances, type MeasuredStream, networkOf, requireMeasured } from "./network.ts";
import { balanceDefaults, type GlobalTest, globalTest } from "./reconcile.ts";

/** What is measured of one stream; what is absent is unmeasured. */
export interface MeasuredComposition {
  readonly flow?: MeasuredStream | undefined;
  /** Fraction of each component. */
  readonly fractions?: Readonly<Record<string, MeasuredStream>> | undefined;
}

export interface ComponentOptions {
  /** The fractions of every stream sum to one: so the components are all there are. Default: true. */
  readonly complete?: boolean | undefined;
  readonly level?: number | undefined;
}

export interface ReconciledComponents {
  /** "stalled": the linearised constraints did not settle; the values are those of the last iterate. */
  readonly outcome: "converged" | "stalled";
  readonly iterations: number;
  /** undefined: not determined by measurements and balances. */
  readonly streams: Readonly<
    Record<string, { readonly flow: number | undefined; readonly fractions: Readonly<Record<string, number | undefined>> }>
  >;
  readonly global: GlobalTest;
}

/** Where iterations start for what is not measured, and when they end. */
const [startFraction, tolerance, mostIterations] = [0.5, 1e-10, 60];

/**
 * Bilinear reconciliation by successive linearisation, unmeasured flows and fractions projected out.
 *
 * @throws GreyboxError `historian/balance`
 *
 * @see J. C. Knepper, J. W. Gorman, "Statistical analysis of
 *   constrained data sets", AIChE J. 26 (1980) 260–264; C. Pai, G. D. Fisher, AIChE J. 34 (1988) 873–876, for the projection.
 */
export function reconcileComponents(
  balances: Balances,
  components: readonly string[],
  measured: Readonly<Record<string, MeasuredComposition>>,
  { complete = true, level = balanceDefaults.level }: ComponentOptions = {},
): ReconciledComponents {
  const network = networkOf(balances);
  const { nodes, streams, incidence } = network;
  const flat: MeasuredStream[] = [];
  const measuredAt: number[] = [];
  const width = 1 + components.length;
  // Unknown j·width is the flow of stream j, the next are its fractions.
  const point = new Float64Array(streams.length * width);
  const typicalFlow = Math.max(...Object.values(measured).map(({ flow }) => Math.abs(flow?.value ?? 0)), 1e-300);
  streams.forEach((stream, j) => {
    [measured[stream]?.flow, ...components.map((component) => measured[stream]?.fractions?.[component])].forEach((known, k) => {
      point[j * width + k] = known?.value ?? (k === 0 ? typicalFlow : startFraction / components.length);
      if (!known) return;
      measuredAt.push(j * width + k);
      flat.push(known);
    });
  });
  for (const [stream, { flow }] of Object.entries(measured)) requireMeasured(network, flow ? { [stream]: flow } : {});
  const isMeasured = new Set(measuredAt);
  const unmeasuredAt = Array.from(point.keys()).filter((at) => !isMeasured.has(at));
  const values = Float64Array.from(flat, ({ value }) => value);
  const sigma = Float64Array.from(flat, (known) => known.sigma);
  // The total balance follows from complete component balances.
  const rows = nodes.length * (complete ? components.length : width) + (complete ? streams.length : 0);

  const linearised = (): Constraints => {
    const full = new Float64Array(rows * point.length);
    const right = new Float64Array(rows);
    let row = 0;
    for (let node = 0; node < nodes.length; node++) {
      for (let k = complete ? 1 : 0; k < width; k++) {
        for (let j = 0; j < streams.length; j++) {
          const sign = incidence[node * streams.length + j]!;
          if (sign === 0) continue;
          const [flow, fraction] = [point[j * width]!, point[j * width + k]!];
          full[row * point.length + j * width] = sign * (k === 0 ? 1 : fraction);
          if (k === 0) continue;
          full[row * point.length + j * width + k] = sign * flow;
          // F·x ≈ x₀·F + F₀·x − F₀·x₀
          right[row]! += sign * flow * fraction;
        }
        row++;
      }
    }
    for (let j = 0; complete && j < streams.length; j++) {
      for (let k = 1; k < width; k++) full[row * point.length + j * width + k] = 1;
      right[row++] = 1;
    }
    const columns = (at: readonly number[]): Float64Array => {
      const part = new Float64Array(rows * at.length);
      for (let i = 0; i < rows; i++) for (let c = 0; c < at.length; c++) part[i * at.length + c] = full[i * point.length + at[c]!]!;
      return part;
    };
    return {
      rows,
      a: columns(measuredAt),
      b: columns(unmeasuredAt),
      c: right,
      measured: measuredAt.length,
      unmeasured: unmeasuredAt.length,
    };
  };

  let solution = reconcileLinear(linearised(), values, sigma);
  let iterations = 1;
  let moved = Infinity;
  for (; iterations <= mostIterations; iterations++) {
    const before = point.slice();
    measuredAt.forEach((at, i) => {
      point[at] = solution.x[i]!;
    });
    unmeasuredAt.forEach((at, i) => {
      if (solution.determined[i] === 1) point[at] = solution.u[i]!;
    });
    const change = point.map((entry, i) => entry - before[i]!);
    moved = Math.sqrt(dot(change, change) / Math.max(dot(point, point), 1e-300));
    if (moved < tolerance) break;
    solution = reconcileLinear(linearised(), values, sigma);
  }
  const valueAt = (at: number): number | undefined => {
    const place = unmeasuredAt.indexOf(at);
    return place >= 0 && solution.determined[place] === 0 ? undefined : point[at];
  };
  return {
    outcome: moved < tolerance ? "converged" : "stalled",
    iterations: Math.min(iterations, mostIterations),
    streams: Object.fromEntries(
      streams.map((stream, j) => [
        stream,
        {
          flow: valueAt(j * width),
          fractions: Object.fromEntries(components.map((component, k) => [component, valueAt(j * width + k + 1)])),
        },
      ]),
    ),
    global: globalTest(solution.reduced, level),
  };
}
