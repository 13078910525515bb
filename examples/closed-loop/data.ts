/** The plant: a tank, a feed whose temperature wanders, a PI controller that acts once a minute, and a set-point that moves. */
import { random } from "greybox/core";

export const truth = { tau: 12, gain: 0.5 } as const;

/** Minutes recorded, and integration steps in each. */
const [minutes, steps] = [600, 50] as const;
/** Memory [min] and strength [K/√min] of the feed's wandering; noise of the thermometer [K]. */
const feed = { memory: 40, strength: 0.3 } as const;
const thermometer = 0.05;

/** What the historian has of ten hours, one row a minute. */
export interface Record {
  readonly time: readonly number[];
  readonly T: readonly number[];
  readonly Q: readonly number[];
  readonly setPoint: readonly number[];
}

export function record(seed: number): Record {
  const draw = random(seed).fork("closed-loop");
  const levels = Array.from({ length: minutes / 20 + 1 }, () => (draw.normal() > 0 ? 1 : -1));
  const rows: { time: number; T: number; Q: number; setPoint: number }[] = [];
  let [actual, wander, sum] = [330, 0, 0];
  for (let time = 0; time <= minutes; time++) {
    const setPoint = 330 + 2 * levels[Math.floor(time / 20)]!;
    const T = actual + thermometer * draw.normal();
    const error = setPoint - T;
    sum += error;
    const Q = 60 + 4 * (error + sum / 8);
    rows.push({ time, T, Q, setPoint });
    for (let i = 0; i < steps; i++) {
      actual += (300 + wander - actual + truth.gain * Q) / truth.tau / steps;
      wander += -wander / feed.memory / steps + (feed.strength / Math.sqrt(steps)) * draw.normal();
    }
  }
  const column = (name: "time" | "T" | "Q" | "setPoint") => rows.map((row) => row[name]);
  return { time: column("time"), T: column("T"), Q: column("Q"), setPoint: column("setPoint") };
}
