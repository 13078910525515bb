/** From what the modeler named to the list of features; refuses what does not exist and what would tell the answer. */
import { GreyboxError } from "../../core/index.ts";
import type { Residual } from "../residual.ts";
import type { Feature } from "./feature.ts";

/** Names that a model offers. */
export interface Offered {
  readonly inputs: readonly string[];
  readonly observables: readonly string[];
}

/**
 * The features of a residual, in a fixed order: `from` with its lags, measured tags, own past, time.
 *
 * @throws GreyboxError `fusion/name`, `fusion/leak`, `fusion/option`
 */
export function declareFeatures(question: Residual, offered: Offered): Feature[] {
  const { on, from, lags = {}, measured = [], dynamic, time } = question;
  known("on", on, offered.observables);
  for (const name of Object.keys(lags)) known("lags", name, from);
  const features: Feature[] = [];
  for (const name of from) {
    known("from", name, [...offered.inputs, ...offered.observables]);
    const kind = offered.inputs.includes(name) ? "input" : "computed";
    for (const lag of [0, ...(lags[name] ?? [])]) features.push({ kind, name, lag: lag === 0 ? 0 : positive("lags", lag) });
  }
  for (const name of measured) {
    known("measured", name, offered.observables);
    if (name === on) {
      throw new GreyboxError("fusion/leak", {
        feature: `measured ${name}`,
        target: on,
        why: "it is the target, measured at the same time",
      });
    }
    features.push({ kind: "measured", name, lag: 0 });
  }
  for (const lag of dynamic?.lags ?? []) {
    if (lag === 0) {
      const why = "its own residual at the same time is the target";
      throw new GreyboxError("fusion/leak", { feature: `residual ${on}`, target: on, why });
    }
    features.push({ kind: "residual", name: on, lag: positive("dynamic.lags", lag) });
  }
  if (time) features.push({ kind: "time" });
  if (features.length === 0) throw new GreyboxError("fusion/option", { option: "from", value: from, needed: "at least one name" });
  return features;
}

/**
 * The same features for a learner without a mechanism: what the mechanism computes is left out, and where the hybrid sees its own past
 * residual, this one sees the past of the target itself.
 */
export function withoutMechanism(features: readonly Feature[]): Feature[] {
  return features.flatMap((feature): Feature[] => {
    if (feature.kind === "computed") return [];
    return [feature.kind === "residual" ? { ...feature, kind: "measured" } : feature];
  });
}

/** The longest time that a feature looks back. */
export function longestLag(features: readonly Feature[]): number {
  return Math.max(0, ...features.map((feature) => (feature.kind === "time" ? 0 : feature.lag)));
}

function known(option: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw new GreyboxError("fusion/name", { option, name, known: names });
}

function positive(option: string, lag: number): number {
  if (!(lag > 0 && lag < Infinity)) throw new GreyboxError("fusion/option", { option, value: lag, needed: "a finite time > 0" });
  return lag;
}
