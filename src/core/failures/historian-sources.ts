/** What callers can do wrong with servers and databases of plant data, and what those can refuse. */
import { type Kind, kind } from "../failure.ts";

export const sourceFailures = {
  "historian/optional-package": kind<{ package: string; purpose: string; install: string }>(
    (d) => `${d.purpose} needs the package "${d.package}", which is not installed.`,
    (d) => `Install it: \`npm install ${d.install}\`.`,
  ),
  "historian/source-option": kind<{ source: string; option: string; value: string; expected: string }>(
    (d) => `Source "${d.source}": option \`${d.option}\` is ${d.value}.`,
    (d) => `It must be ${d.expected}.`,
  ),
  "historian/credentials": kind<{ source: string; variable: string }>(
    (d) => `Source "${d.source}": the environment variable ${d.variable} is not set.`,
    () => "Set it in the environment of the process; secrets stand neither in files nor in messages.",
  ),
  "historian/access": kind<{ source: string; status: number }>(
    (d) => `"${d.source}" does not let this user in (HTTP ${d.status}).`,
    () => "Check user and password or token, and that the account may read the tags.",
  ),
  "historian/server-refused": kind<{ source: string; request: string; why: string }>(
    (d) => `"${d.source}" refused \`${d.request}\`: ${d.why}.`,
    () => "Correct what the server names; the same request would be refused again.",
  ),
  "historian/server-failed": kind<{ source: string; request: string; attempts: number; why: string }>(
    (d) => `"${d.source}" failed to answer \`${d.request}\` (${d.attempts} attempts): ${d.why}.`,
    () => "Nothing of the tag was handed on as complete. Try again when the server is well, or raise `attempts`.",
  ),
  "historian/one-instant": kind<{ source: string; tag: string; time: string; count: number }>(
    (d) => `"${d.source}", tag "${d.tag}": ${d.count} points at ${d.time}, more than one page can hold.`,
    () => "Raise `pageSize`, or correct the tag on the server: nothing can be read past that instant without a risk of losing points.",
  ),
} as const satisfies Record<string, Kind<never>>;
