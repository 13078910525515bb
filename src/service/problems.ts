/** Errors over HTTP: a code, a sentence, a remedy; never a stack. */
import type { FastifyInstance } from "fastify";
import { explain, GreyboxError, isGreyboxError } from "../core/index.ts";

interface Known {
  readonly status: number;
  readonly error: GreyboxError;
}

/** What the caller can mend: our own refusals, and those of fastify under a Greybox name. Anything else is our fault. */
function known(error: unknown, bodyLimit: number): Known | undefined {
  if (isGreyboxError(error)) return { status: error.code === "service/unknown-sensor" ? 404 : 400, error };
  if (!(error instanceof Error)) return undefined;
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status === 413) return { status, error: new GreyboxError("service/too-large", { limit: bodyLimit }) };
  if (status < 400 || status >= 500) return undefined;
  return { status, error: new GreyboxError("service/not-json", { why: error.message.replace(/\.$/, "") }, { cause: error }) };
}

/** Makes `app` answer every failure as a `Problem`. */
export function answerProblem(app: FastifyInstance, bodyLimit: number): void {
  app.setErrorHandler((error, _request, reply) => {
    const found = known(error, bodyLimit);
    if (found) return reply.code(found.status).send(explain(found.error));
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return reply.code(500).send({
      code: "service/internal",
      problem: "The service failed in a way it should not.",
      remedy: "Report this with the request that caused it; the log of the service has the details.",
    });
  });
  app.setNotFoundHandler((request, reply) => {
    return reply.code(404).send(explain(new GreyboxError("service/unknown-route", { method: request.method, url: request.url })));
  });
}
