/** `greybox serve`: HTTP until interrupted. */
import { once } from "node:events";
import { type ExitCode, exit, type Shared } from "../io.ts";
import { countOf } from "../values.ts";

interface Options {
  readonly dir?: string;
  readonly host?: string;
  readonly port?: string;
  readonly state?: string;
}

export async function serveCommand(bundles: readonly string[], options: Options, { io, json }: Shared): Promise<ExitCode> {
  const { serve } = await import("../../service/index.ts");
  const service = await serve(
    { bundles, dir: options.dir },
    { host: options.host, port: options.port === undefined ? undefined : countOf("--port", options.port, 0), state: options.state },
  );
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  if (json) io.out(`${JSON.stringify({ ok: true, url: service.url, sensors: service.sensors })}\n`);
  else io.out(`Serving ${service.sensors.join(", ")} on ${service.url} (GET /openapi.json says how). Interrupt to stop.\n`);
  await interrupted;
  await service.close();
  return exit.ok;
}
