/** Declared balances: which streams enter and leave which part of a plant. */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import type { Constraints } from "./linear.ts";

/** One balance: what enters leaves. Nothing accumulates, so it holds for steady states and for averages over long times. */
export interface BalanceNode {
  readonly in: readonly string[];
  readonly out: readonly string[];
}

/** Balances by name. A stream is a name that occurs in them. */
export type Balances = Readonly<Record<string, BalanceNode>>;

/** A measured value with the standard deviation of its error, both in the same unit for all streams of a balance. */
export interface MeasuredStream {
  readonly value: number;
  readonly sigma: number;
}

export interface Network {
  readonly nodes: readonly string[];
  readonly streams: readonly string[];
  /** +1 into, −1 out of. Shape (nodes, streams). */
  readonly incidence: Float64Array;
}

/** @throws GreyboxError `historian/balance` where a balance has no streams, or the same stream on both sides */
export function networkOf(balances: Balances): Network {
  const nodes = Object.keys(balances);
  const streams = [...new Set(Object.values(balances).flatMap((node) => [...node.in, ...node.out]))];
  if (nodes.length === 0) throw new GreyboxError("historian/balance", { balance: "(none)", why: "no balance is declared" });
  const incidence = new Float64Array(nodes.length * streams.length);
  nodes.forEach((name, k) => {
    const node = balances[name]!;
    const all = [...node.in, ...node.out];
    const twice = all.find((stream, i) => all.indexOf(stream) !== i);
    if (twice !== undefined) throw new GreyboxError("historian/balance", { balance: name, why: `stream "${twice}" occurs twice in it` });
    if (all.length === 0) throw new GreyboxError("historian/balance", { balance: name, why: "no stream enters or leaves" });
    for (const stream of node.in) incidence[k * streams.length + streams.indexOf(stream)] = 1;
    for (const stream of node.out) incidence[k * streams.length + streams.indexOf(stream)] = -1;
  });
  return { nodes, streams, incidence };
}

/** The constraints of a network with the columns of measured and of unmeasured streams apart. */
export function constraintsOf(
  { nodes, streams, incidence }: Network,
  isMeasured: (stream: string) => boolean,
): { readonly constraints: Constraints; readonly measured: readonly string[]; readonly unmeasured: readonly string[] } {
  const measured = streams.filter(isMeasured);
  const unmeasured = streams.filter((stream) => !isMeasured(stream));
  const columns = (names: readonly string[]): Float64Array => {
    const matrix = new Float64Array(nodes.length * names.length);
    names.forEach((name, j) => {
      const from = streams.indexOf(name);
      for (let k = 0; k < nodes.length; k++) matrix[k * names.length + j] = incidence[k * streams.length + from]!;
    });
    return matrix;
  };
  return {
    measured,
    unmeasured,
    constraints: {
      rows: nodes.length,
      a: columns(measured),
      b: columns(unmeasured),
      c: new Float64Array(nodes.length),
      measured: measured.length,
      unmeasured: unmeasured.length,
    },
  };
}

/** @throws GreyboxError `historian/balance` for names that no balance has, and for values that are not finite or σ that is not positive */
export function requireMeasured({ streams }: Network, measured: Readonly<Record<string, MeasuredStream>>): void {
  for (const [name, { value, sigma }] of Object.entries(measured)) {
    if (!streams.includes(name)) {
      const nearest = nearestNames(name, [...streams]);
      const hint = nearest.length > 0 ? `; nearest: ${nearest.map((one) => `"${one}"`).join(", ")}` : "";
      throw new GreyboxError("historian/balance", { balance: "(all)", why: `no balance has a stream "${name}"${hint}` });
    }
    if (!Number.isFinite(value))
      throw new GreyboxError("historian/balance", { balance: "(all)", why: `the value of "${name}" is ${value}` });
    if (!(sigma > 0 && Number.isFinite(sigma)))
      throw new GreyboxError("historian/balance", { balance: "(all)", why: `the standard deviation of "${name}" is ${sigma}` });
  }
}
