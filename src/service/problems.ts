/** Errors over HTTP: a code, a sentence, a remedy; never a stack. */
import type { FastifyInstance } from "fastify";
import { explain, GreyboxError, isGreyboxError } from "../core/index.ts";

/** Answers of fastify itself that have a Greybox name. */
function named(error: unknown, bodyLimit: number): GreyboxError | undefined {
  if (isGreyboxError(error)) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const why = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new GreyboxError("service/too-large", { limit: bodyLimit });
  const statusCode = typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
  if (error instanceof SyntaxError || (statusCode >= 400 && statusCode < 500)) return new GreyboxError("service/not-json", { why });
  return undefined;
}

function httpStatus(error: GreyboxError): number {
  if (error.code === "service/unknown-sensor" || error.code === "service/unknown-route") return 404;
  return error.code === "service/too-large" ? 413 : 400;
}

/** Makes `app` answer every failure as a `Problem`. */
export function answerProblem(app: FastifyInstance, bodyLimit: number): void {
  app.setErrorHandler((error, _request, reply) => {
    const known = named(error, bodyLimit);
    if (known) return reply.code(httpStatus(known)).send(explain(known));
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
