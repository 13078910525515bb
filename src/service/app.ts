/** The routes. A request is checked by the zod schema that also describes it in the OpenAPI document. */
import swagger from "@fastify/swagger";
import fastify, { type FastifyInstance, type FastifySchema } from "fastify";
import { z } from "zod";
import { GreyboxError } from "../core/index.ts";
import type { SoftSensor } from "../sensors/index.ts";
import type { Keeper } from "./keep.ts";
import { answerProblem } from "./problems.ts";
import { type GivenPoint, pointFrom, problemsOf } from "./read-point.ts";
import {
  healthSchema,
  labSchema,
  labUpdateSchema,
  pointSchema,
  pointsSchema,
  predictionSchema,
  problemSchema,
  seconds,
  sensorSchema,
} from "./schemas.ts";

const nameSchema = z.strictObject({ name: z.string() });
const streamSchema = z.strictObject({
  stream: z
    .enum(["live", "own"])
    .default("live")
    .describe("live: the points continue the sensor's one stream. own: they are a stream of their own, which leaves the live one alone."),
});
const problems = { 400: problemSchema, 404: problemSchema, 413: problemSchema };

/** Makes the application without listening. `app.inject(…)` asks it in tests. */
export async function createApp(
  sensors: ReadonlyMap<string, SoftSensor>,
  options: { readonly bodyLimit: number; readonly keeper?: Keeper | undefined },
): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: options.bodyLimit, forceCloseConnections: "idle", routerOptions: { ignoreTrailingSlash: true } });
  app.setValidatorCompiler(({ schema }) => checkedBy(schema as z.ZodType));
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerProblem(app, options.bodyLimit);

  const schemas: Record<string, unknown> = {};
  const document = documentIn(schemas);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Greybox soft sensors", description: "Predictions that say when not to use them.", version: "1" },
    },
    transform: ({ schema, url }) => ({ schema: document(schema), url }),
  });

  const sensorCalled = (name: string): SoftSensor => {
    const sensor = sensors.get(name);
    if (!sensor) throw new GreyboxError("service/unknown-sensor", { name, known: [...sensors.keys()] });
    return sensor;
  };

  app.get("/health", { schema: { summary: "Is the service up?", response: { 200: healthSchema } } }, () => {
    return { status: "ok", sensors: sensors.size, uptime: process.uptime() };
  });

  app.get("/openapi.json", { schema: { hide: true } }, () => ({ ...app.swagger(), components: { schemas } }));

  app.get("/v1/sensors", { schema: { summary: "The sensors", response: { 200: z.array(sensorSchema) } } }, () =>
    [...sensors.values()].map(({ name, hash, estimate, unit, level, tags }) => ({ name, hash, estimate, unit, level, tags })),
  );

  app.post<{ Params: { name: string }; Querystring: { stream: "live" | "own" }; Body: GivenPoint | readonly GivenPoint[] }>(
    "/v1/sensors/:name/predict",
    {
      schema: {
        summary: "Predict at one point, or at several in the order of their time",
        params: nameSchema,
        querystring: streamSchema,
        body: z.union([pointSchema, pointsSchema]),
        response: { 200: z.union([predictionSchema, z.array(predictionSchema)]), ...problems },
      },
    },
    async ({ params, query, body }) => {
      const named = sensorCalled(params.name);
      const sensor = query.stream === "own" ? named.fresh() : named;
      const predict = (given: GivenPoint) => {
        const start = performance.now();
        const prediction = sensor.predict(pointFrom(given));
        return { ...prediction, latency: performance.now() - start };
      };
      try {
        return isList(body) ? body.map(predict) : predict(body);
      } finally {
        // Also when a point in the middle of a list is refused: those before it have been taken in.
        if (sensor === named) await options.keeper?.keep(named);
      }
    },
  );

  app.post<{ Params: { name: string }; Body: z.infer<typeof labSchema> }>(
    "/v1/sensors/:name/lab",
    {
      schema: {
        summary: "A laboratory result, which may be late",
        params: nameSchema,
        body: labSchema,
        response: { 200: labUpdateSchema, ...problems },
      },
    },
    async ({ params, body }) => {
      const sensor = sensorCalled(params.name);
      const update = sensor.lab({ ...body, sampleTime: seconds(body.sampleTime), reportedTime: seconds(body.reportedTime) });
      await options.keeper?.keep(sensor);
      return update;
    },
  );

  await app.ready();
  return app;
}

function isList(body: GivenPoint | readonly GivenPoint[]): body is readonly GivenPoint[] {
  return Array.isArray(body);
}

/** A validator in fastify's sense. Bodies that may be one thing or a list are checked as the one they are, for messages that fit. */
function checkedBy(schema: z.ZodType) {
  return (data: unknown) => {
    const isPoints = schema instanceof z.ZodUnion;
    const chosen = isPoints ? (Array.isArray(data) ? pointsSchema : pointSchema) : schema;
    const result = chosen.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: new GreyboxError("service/invalid-body", { problems: problemsOf(result.error) }) };
  };
}

/** Turns the zod schemas of a route into JSON Schema; those with an id are collected into `named`, and referred to. */
function documentIn(named: Record<string, unknown>) {
  const convert = (given: unknown, io: "input" | "output"): object => {
    const { $schema: _, $defs = {}, ...converted } = z.toJSONSchema(given as z.ZodType, { io, target: "draft-2020-12" });
    for (const [id, schema] of Object.entries($defs)) named[id] = pointed(schema);
    return pointed(converted);
  };
  return (schema: FastifySchema | undefined): FastifySchema => {
    if (!schema) return {};
    const { params, querystring, body, response, ...rest } = schema;
    const answers = Object.entries(response ?? {}).map(([code, given]) => [
      code,
      { description: meaning[code] ?? "", ...convert(given, "output") },
    ]);
    return {
      ...rest,
      ...(params ? { params: convert(params, "input") } : {}),
      ...(querystring ? { querystring: convert(querystring, "input") } : {}),
      ...(body ? { body: convert(body, "input") } : {}),
      ...(response ? { response: Object.fromEntries(answers) } : {}),
    };
  };
}

/** References as an OpenAPI document has them. */
function pointed<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

const meaning: Readonly<Record<string, string>> = {
  200: "The answer. Bad data is answered here too, with a Bad status.",
  400: "The request is malformed.",
  404: "There is no such sensor.",
  413: "The body is too large.",
};
