/** What must stand in a bundle, said once. Loaded only when a bundle is read. */
import { z } from "zod";

const plainNumber = z.union([z.number(), z.object({ $number: z.string() })]);
const conversion = z.object({ factor: z.number(), shift: plainNumber });
const range = z.tuple([plainNumber, plainNumber]).optional();

const tag = {
  name: z.string(),
  unit: z.string(),
  conversion,
  range,
  heartbeat: plainNumber,
  maxAge: plainNumber,
  substitute: plainNumber.optional(),
};

const spec = z.object({
  name: z.string(),
  estimate: z.string(),
  unit: z.string(),
  level: z.number().gt(0).lt(1),
  inputs: z.array(z.object({ ...tag, hold: z.enum(["hold", "linear"]) })),
  constants: z.record(z.string(), plainNumber),
  measured: z.array(z.object({ ...tag, sigma: z.number().optional() })),
  initial: z.record(z.string(), plainNumber),
  filter: z.object({ kind: z.enum(["ekf", "ukf"]), options: z.looseObject({}) }).optional(),
  lab: z.looseObject({ gain: z.number(), maxDelay: plainNumber, maxAge: plainNumber }).optional(),
  rtol: z.number().positive(),
  binding: z
    .looseObject({ model: z.string(), time: z.string(), tags: z.array(z.looseObject({ name: z.string(), tag: z.string() })) })
    .optional(),
});

/** The model, the fit and the learned part are checked by the stages that own them when they are rebuilt. */
export const bundleSchema = z.object({
  format: z.literal("greybox/soft-sensor"),
  version: z.literal(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
  content: z.object({
    spec,
    fit: z.looseObject({ format: z.string(), fit: z.looseObject({ model: z.looseObject({ name: z.string() }) }) }),
    hybrid: z.looseObject({ format: z.string(), on: z.string() }).nullable(),
  }),
});
