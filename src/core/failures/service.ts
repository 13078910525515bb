/** What callers can do wrong with `service`. One entry a code; every code is explained in `docs/errors.md`. */
import { type Kind, kind, listed } from "../failure.ts";

export const serviceFailures = {
  "service/nothing-to-serve": kind<{ where: string }>(
    (d) => `There is no soft sensor to serve in ${d.where}.`,
    () => "Name bundle files, or a folder with files ending in .greybox, as `sensor.save(path)` writes them.",
  ),
  "service/same-name": kind<{ name: string; sources: readonly string[] }>(
    (d) => `Two sensors are called "${d.name}": ${listed(d.sources)}.`,
    () => "Give each sensor its own `name` when it is made.",
  ),
  "service/unknown-sensor": kind<{ name: string; known: readonly string[] }>(
    (d) => `No sensor is called "${d.name}".`,
    (d) => `Ask for ${listed(d.known, "or")}.`,
  ),
  "service/unknown-route": kind<{ method: string; url: string }>(
    (d) => `${d.method} ${d.url} is not a route of this service.`,
    () => "See GET /openapi.json for the routes.",
  ),
  "service/invalid-body": kind<{ problems: readonly string[] }>(
    (d) => `The body is not what this route takes: ${d.problems.join("; ").replace(/\.+$/, "")}.`,
    () => 'Send { "time": seconds or ISO 8601 with offset, "tag": number | null | { "value", "status", "time" } } or an array of these.',
  ),
  "service/not-json": kind<{ why: string }>(
    (d) => `The body cannot be read as JSON: ${d.why}.`,
    () => "Send JSON with the header content-type: application/json. A missing value is null, never NaN.",
  ),
  "service/too-large": kind<{ limit: number }>(
    (d) => `The body is larger than ${d.limit} bytes.`,
    () => "Send the points in several requests, in the order of their time, or raise `bodyLimit`.",
  ),
  "service/state": kind<{ path: string; why: string }>(
    (d) => `The state of the service cannot be kept in ${d.path}: ${d.why}.`,
    () => "Give a folder that can be written; remove a file in it that is no state, and its sensor starts anew.",
  ),
  "service/address": kind<{ host: string; port: number; why: string }>(
    (d) => `Cannot listen on ${d.host}:${d.port}: ${d.why}.`,
    () => "Choose another port (0 takes any free one) or stop what is listening there.",
  ),
} as const satisfies Record<string, Kind<never>>;
