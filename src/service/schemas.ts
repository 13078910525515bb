/** What travels over HTTP, said once: these schemas check the requests and are the OpenAPI description. */
import { z } from "zod";

const statusCode = z.int().min(0).max(0xffffffff).describe("OPC UA StatusCode, 32 bits. Default: Good.");

const instant = z
  .union([z.number(), z.iso.datetime({ offset: true })], { error: "Give seconds since 1970 UTC or ISO 8601 text with an offset." })
  .describe("Seconds since 1970 UTC, or ISO 8601 with an offset.");

const reading = z
  .union(
    [
      z.number(),
      z.null(),
      z.strictObject({
        value: z.number().nullable().describe("In the unit agreed for the tag; null: the source has no value."),
        status: statusCode.optional(),
        time: instant.optional().describe("When the source measured it. Default: the time of the point."),
      }),
    ],
    { error: "Give a number, null, or { value, status?, time? }." },
  )
  .meta({ id: "Reading" });

export const pointSchema = z
  .object({ time: instant })
  .catchall(reading)
  .meta({ id: "Point", description: "Readings of inputs and measured tags, by name, at one time. A tag that is absent was not read." });

export const pointsSchema = z.array(pointSchema).min(1);

export const labSchema = z
  .strictObject({
    sampleTime: instant.describe("When the sample was taken."),
    reportedTime: instant.describe("When the result became known."),
    value: z.number().describe("In the unit of the sensor's answer."),
    sampleId: z.string().max(200).optional().describe("A second result with the same id replaces the first."),
    censored: z.enum(["below", "above"]).optional().describe("The value is a detection limit."),
  })
  .meta({ id: "LabResult" });

const reason = z.object({ code: z.string(), on: z.string().optional(), text: z.string() }).meta({ id: "Reason" });

export const predictionSchema = z
  .object({
    time: z.number().describe("Seconds since 1970 UTC."),
    value: z.number().nullable().describe("Null where the status is Bad."),
    unit: z.string(),
    interval: z.tuple([z.number(), z.number()]).nullable(),
    level: z.number().describe("Level of the interval, such as 0.9."),
    status: z.object({ code: statusCode, name: z.string(), severity: z.enum(["good", "uncertain", "bad"]) }).meta({ id: "Status" }),
    reasons: z.array(reason),
    physics: z.number().nullable().describe("What the mechanism alone says."),
    learned: z.number().describe("What the learned part adds."),
    bias: z.number().describe("What the laboratory adds."),
    domain: z
      .object({
        verdict: z.enum(["inside", "edge", "outside"]),
        trust: z.number(),
        distance: z.number().nullable(),
        t2: z.number().nullable(),
        spe: z.number().nullable(),
        beyond: z.array(z.string()),
        missing: z.array(z.string()),
      })
      .nullable()
      .describe("Where the features of the learned part lie, compared with its training data."),
    age: z.number().nullable().describe("Age of the oldest reading in use, in seconds."),
    model: z.object({ sensor: z.string(), hash: z.string() }),
    latency: z.number().optional().describe("Time of computing in this service, in milliseconds."),
  })
  .meta({ id: "Prediction" });

export const labUpdateSchema = z
  .object({
    decision: z.string(),
    error: z.number().optional(),
    biasBefore: z.number(),
    bias: z.number(),
    atLimit: z.boolean(),
    text: z.string(),
  })
  .meta({ id: "LabUpdate" });

export const problemSchema = z
  .object({ code: z.string(), problem: z.string(), remedy: z.string() })
  .meta({ id: "Problem", description: "What was wrong with the request, and what to do." });

export const sensorSchema = z
  .object({
    name: z.string(),
    hash: z.string(),
    estimate: z.string(),
    unit: z.string(),
    level: z.number(),
    tags: z.array(z.object({ name: z.string(), unit: z.string(), role: z.enum(["input", "measured"]) })),
  })
  .meta({ id: "Sensor" });

export const healthSchema = z
  .object({ status: z.literal("ok"), sensors: z.int(), uptime: z.number().describe("Seconds since the start.") })
  .meta({ id: "Health" });

/** Seconds since 1970 UTC, from either way of writing an instant. */
export function seconds(instant: number | string): number {
  return typeof instant === "number" ? instant : Date.parse(instant) / 1000;
}
