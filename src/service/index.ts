/**
 * Service: takes soft sensors and bundles, answers over HTTP. May import any earlier stage through its index.
 *
 * fastify and zod are loaded when a service is made, not when this module is.
 */
import type { Point } from "../sensors/index.ts";

export { type Service, type ServiceOptions, type ServiceSources, serve, serviceDefaults } from "./serve.ts";

/** Checks one point as it comes over a wire. See `checkedPoint`; zod is loaded on the first call. */
export async function readPoint(value: unknown): Promise<Point> {
  const { checkedPoint } = await import("./read-point.ts");
  return checkedPoint(value);
}
