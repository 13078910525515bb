/**
 * Questions to a server with a web interface: asked again with growing pauses when the server or the way to it fails, refused by name when
 * the question itself is wrong. A half answer counts as none.
 */
import { GreyboxError } from "../../core/index.ts";
import { type Duration, secondsOf } from "../duration.ts";

/** A secret: itself, or the name of the environment variable that holds it. It never stands in a message. */
export type Secret = string | { readonly env: string };

/** How a server is reached. */
export interface HttpAccess {
  /** Address of the interface, such as "https://pi.example.com/piwebapi". */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** In place of user and password. */
  readonly token?: Secret | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How often a question is asked before the reading fails. */
  readonly attempts?: number | undefined;
  /** Pause before the second attempt; each further one doubles. */
  readonly pause?: Duration | undefined;
  /** Longest wait for an answer. */
  readonly timeout?: Duration | undefined;
  /** Ends all reading of the source. */
  readonly signal?: AbortSignal | undefined;
}

export const httpDefaults = { attempts: 4, pause: 0.5, timeout: "1 min" } as const;

/** Longest pause, whatever the server asks for [s]. */
const longestPause = 60;

export interface Question {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Sent as JSON by POST. */
  readonly body?: unknown;
}

/** What an answer with HTTP 200 holds in spite of it. */
export type Verdict = { readonly again: string } | { readonly refused: string } | undefined;

export interface HttpClient {
  /** Address without secrets, for messages. */
  readonly name: string;
  /**
   * The answer as JSON.
   *
   * @param judge  finds the error that hides in an answer with HTTP 200
   * @param parse  default: JSON.parse
   * @throws GreyboxError `historian/access`, `historian/server-refused`, `historian/server-failed`
   */
  ask(question: Question, judge?: (answer: unknown) => Verdict, parse?: (text: string) => unknown): Promise<unknown>;
}

/** @throws GreyboxError `historian/source-option`, `historian/credentials` */
export function httpClient(access: HttpAccess, scheme: "Bearer" | "Token" = "Bearer"): HttpClient {
  const base = addressOf(access.url);
  const name = `${base.origin}${base.pathname}`.replace(/\/$/, "");
  const attempts = access.attempts ?? httpDefaults.attempts;
  if (!(Number.isInteger(attempts) && attempts >= 1)) {
    throw new GreyboxError("historian/source-option", { source: name, option: "attempts", value: String(attempts), expected: "1 or more" });
  }
  const pause = secondsOf(access.pause ?? httpDefaults.pause, "pause");
  const timeout = secondsOf(access.timeout ?? httpDefaults.timeout, "timeout");
  const headers: Record<string, string> = { accept: "application/json", ...access.headers };
  if (access.token !== undefined) headers["authorization"] = `${scheme} ${secretOf(name, access.token)}`;
  else if (access.user !== undefined) {
    const password = access.password === undefined ? "" : secretOf(name, access.password);
    headers["authorization"] = `Basic ${Buffer.from(`${access.user}:${password}`).toString("base64")}`;
  }

  const once = async (url: URL, question: Question, parse: (text: string) => unknown): Promise<Answer> => {
    const limit = AbortSignal.timeout(1000 * timeout);
    const init: RequestInit = { headers, signal: access.signal ? AbortSignal.any([access.signal, limit]) : limit };
    if (question.body !== undefined) {
      Object.assign(init, {
        method: "POST",
        body: JSON.stringify(question.body),
        headers: { ...headers, "content-type": "application/json" },
      });
    }
    try {
      const response = await fetch(url, init);
      const text = await response.text();
      const after = Number(response.headers.get("retry-after") ?? Number.NaN);
      if (response.status === 401 || response.status === 403)
        throw new GreyboxError("historian/access", { source: name, status: response.status });
      if (!response.ok) {
        const why = `HTTP ${response.status}${text ? `: ${text.slice(0, 300)}` : ""}`;
        const mayPass = response.status === 408 || response.status === 429 || response.status >= 500;
        return mayPass ? { again: why, after } : { refused: why };
      }
      return { json: parse(text) };
    } catch (cause) {
      if (cause instanceof GreyboxError) throw cause;
      access.signal?.throwIfAborted();
      return { again: whyOf(cause) };
    }
  };

  return {
    name,
    async ask(question, judge, parse = JSON.parse) {
      const url = new URL(`${base.pathname.replace(/\/$/, "")}${question.path}`, base);
      for (const [key, value] of Object.entries(question.query ?? {})) {
        for (const one of typeof value === "object" ? value : [value]) url.searchParams.append(key, String(one));
      }
      const request = `${question.body === undefined ? "GET" : "POST"} ${question.path}`;
      for (let attempt = 1; ; attempt++) {
        const answer = await once(url, question, parse);
        const verdict = "json" in answer ? judge?.(answer.json) : answer;
        if ("json" in answer && verdict === undefined) return answer.json;
        if (verdict && "refused" in verdict)
          throw new GreyboxError("historian/server-refused", { source: name, request, why: verdict.refused });
        if (attempt === attempts) {
          throw new GreyboxError("historian/server-failed", { source: name, request, attempts, why: verdict!.again });
        }
        const asked = "after" in answer && answer.after !== undefined && answer.after >= 0 ? answer.after : 0;
        await waiting(Math.min(Math.max(asked, pause * 2 ** (attempt - 1)), longestPause), access.signal);
      }
    },
  };
}

type Answer = { readonly json: unknown } | { readonly again: string; readonly after?: number } | { readonly refused: string };

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    // An address with a password in it is not repeated.
    const value = url?.password ? "an address with a password in it" : JSON.stringify(text);
    throw new GreyboxError("historian/source-option", {
      source: url?.host ?? "server",
      option: "url",
      value,
      expected: "http:// or https:// with a host; user and password are options of their own",
    });
  }
  return url;
}

/** @throws GreyboxError `historian/credentials` */
export function secretOf(source: string, secret: Secret): string {
  if (typeof secret === "string") return secret;
  const value = process.env[secret.env];
  if (value === undefined || value === "") throw new GreyboxError("historian/credentials", { source, variable: secret.env });
  return value;
}

function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { message, name } = cause.cause instanceof Error && cause.cause.message !== "" ? cause.cause : cause;
  return cause.name === "TimeoutError"
    ? "no answer in time"
    : name === "SyntaxError"
      ? `the answer is no complete JSON (${message})`
      : message;
}

function waiting(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, 1000 * seconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Runs questions a few at a time, answers in order. */
export async function fewAtATime<A, B>(items: readonly A[], work: (item: A) => Promise<B>, atOnce = 6): Promise<B[]> {
  const results: B[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
