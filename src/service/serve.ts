/** Starts the HTTP service: gathers the sensors, listens, and closes in good order. */
import type { FastifyInstance } from "fastify";
import { GreyboxError } from "../core/index.ts";
import { gatherSensors, type ServiceSources } from "./gather.ts";
import { keeperIn } from "./keep.ts";

export type { ServiceSources } from "./gather.ts";

export interface ServiceOptions {
  readonly host?: string | undefined;
  /** 0: any free port. */
  readonly port?: number | undefined;
  /** Largest request body [bytes]. */
  readonly bodyLimit?: number | undefined;
  /** How long [s] requests under way may take to end when the service closes. */
  readonly grace?: number | undefined;
  /**
   * A folder in which the streams of the sensors are kept: after a restart, also after a kill, they go on with the same bits. Each
   * answer waits until the state behind it is written. Default: none; sensors start anew.
   */
  readonly state?: string | undefined;
}

/** Read by the code, the docs and the tests. */
export const serviceDefaults = { host: "127.0.0.1", port: 8080, bodyLimit: 4 * 1024 * 1024, grace: 10 } as const;

export interface Service extends AsyncDisposable {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly sensors: readonly string[];
  /** The fastify application: for tests without a socket (`app.inject`) and for further routes. */
  readonly app: FastifyInstance;
  /** Takes no new requests, lets those under way end, then resolves. */
  close(): Promise<void>;
}

/**
 * Serves soft sensors: `POST /v1/sensors/:name/predict`, `POST /v1/sensors/:name/lab`, `GET /v1/sensors`, `GET /health`,
 * `GET /openapi.json`. A malformed request gets 4xx with a code and a remedy; bad data gets 200 with a Bad point.
 *
 * @throws GreyboxError `service/nothing-to-serve`, `service/same-name`, `service/address`, `service/state`, `sensor/snapshot`, and those of `loadSoftSensor`
 */
export async function serve(sources: ServiceSources, options: ServiceOptions = {}): Promise<Service> {
  const { createApp } = await import("./app.ts");
  const sensors = await gatherSensors(sources);
  const host = options.host ?? serviceDefaults.host;
  const port = options.port ?? serviceDefaults.port;
  const grace = options.grace ?? serviceDefaults.grace;
  const keeper = options.state === undefined ? undefined : await keeperIn(options.state, sensors.values());
  const app = await createApp(sensors, { bodyLimit: options.bodyLimit ?? serviceDefaults.bodyLimit, keeper });
  const url = await app.listen({ host, port }).catch((error: unknown) => {
    throw new GreyboxError(
      "service/address",
      { host, port, why: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  });

  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= closeWithin(app, grace);
    return closing;
  };
  return { url, sensors: [...sensors.keys()], app, close, [Symbol.asyncDispose]: close };
}

async function closeWithin(app: FastifyInstance, grace: number): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), grace * 1000);
  deadline.unref();
  await app.close();
  clearTimeout(deadline);
}
