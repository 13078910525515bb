/** A point as it travels, checked and with its times in seconds. */
import { z } from "zod";
import { GreyboxError } from "../core/index.ts";
import type { Point, PointValue } from "../sensors/index.ts";
import { pointSchema, seconds } from "./schemas.ts";

export type GivenPoint = z.infer<typeof pointSchema>;

/** Times as seconds; everything else as it came. */
export function pointFrom({ time, ...tags }: GivenPoint): Point {
  const values = Object.entries(tags).map(([name, given]): [string, PointValue] => {
    if (typeof given !== "object" || given === null) return [name, given];
    return [name, { ...given, time: given.time === undefined ? undefined : seconds(given.time) }];
  });
  return { ...Object.fromEntries(values), time: seconds(time) };
}

/** Sentences for what does not fit a schema, each with its place. */
export function problemsOf(error: z.ZodError): readonly string[] {
  const most = 10;
  return error.issues.slice(0, most).map((issue) => {
    const place = z.core.toDotPath(issue.path);
    return place === "" ? issue.message : `${place}: ${issue.message}`;
  });
}

/** @throws GreyboxError `service/invalid-body` */
export function checkedPoint(value: unknown): Point {
  const result = pointSchema.safeParse(value);
  if (!result.success) throw new GreyboxError("service/invalid-body", { problems: problemsOf(result.error) });
  return pointFrom(result.data);
}
