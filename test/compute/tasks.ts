/** Functions for the conformance suite of places to compute. Each does one thing that a place must survive. */

import { type TaskContext, task } from "../../src/compute/index.ts";
import { GreyboxError, random } from "../../src/core/index.ts";

const here = import.meta.url;

export const square = (x: number): number => x * x;
export const squareTask = task<number, number>(here, "square");

/** Later inputs finish first. */
export const slowly = async (x: { value: number; milliseconds: number }): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, x.milliseconds));
  return x.value;
};
export const slowlyTask = task<{ value: number; milliseconds: number }, number>(here, "slowly");

/** Bits that depend on every operation before them. */
export const wander = (seed: number): Float64Array => {
  const draw = random(seed);
  let sum = 0;
  return Float64Array.from({ length: 100 }, () => (sum = Math.sin(sum + draw.normal()) / (1 + Math.abs(sum))));
};
export const wanderTask = task<number, Float64Array>(here, "wander");

export const failOn = (x: { value: number; fail: "greybox" | "plain" | "no" }): number => {
  if (x.fail === "greybox") throw new GreyboxError("signal/length", { times: x.value, values: 0 });
  if (x.fail === "plain") throw new RangeError(`value ${x.value}`);
  return x.value;
};
export const failOnTask = task<{ value: number; fail: "greybox" | "plain" | "no" }, number>(here, "failOn");

const seen = new WeakSet<object>();
/** How often this worker meets the shared value for the first time: 1 or 0. */
export const firstSight = (_: number, { shared }: TaskContext<{ text: string; column: Float64Array }>): [string, number, number] => {
  const first = seen.has(shared) ? 0 : 1;
  seen.add(shared);
  return [shared.text, shared.column[1] as number, first];
};
export const firstSightTask = task<number, [string, number, number], { text: string; column: Float64Array }>(here, "firstSight");

/** Computes without pause until told to stop; gives what it has. */
export const untilTold = async (limit: number, context: TaskContext): Promise<string> => {
  context.report({ started: true });
  for (let i = 0; i < limit; i++) {
    if (context.signal.aborted) return "stopped early";
    await new Promise((resolve) => setImmediate(resolve));
  }
  return "ran to the end";
};
export const untilToldTask = task<number, string>(here, "untilTold");

export const deaf = (_: number): number => {
  for (;;) Math.random();
};
export const deafTask = task<number, number>(here, "deaf");

export const changeInput = (x: { list: number[] }): number[] => {
  x.list.push(1);
  return x.list;
};
export const changeInputTask = task<{ list: number[] }, number[]>(here, "changeInput");

export const giveFunction =
  (_: number): unknown =>
  () =>
    1;
export const giveFunctionTask = task<number, unknown>(here, "giveFunction");

export const missingTask = task<number, number>(here, "nowhere");
