/** What a command sees of the world outside, so that it can be run in a test as well as in a shell. */

export interface Io {
  /** Results. */
  out(text: string): unknown;
  /** Everything else: progress, warnings, errors. */
  err(text: string): unknown;
  /** A person is watching the error stream. */
  readonly interactive: boolean;
}

/** What every command is told besides its own options. */
export interface Shared {
  readonly io: Io;
  /** One JSON document on the standard output instead of text. */
  readonly json: boolean;
}

/** What the shell is told. */
export const exit = {
  ok: 0,
  /** The run ended, but says no: a check that fails, a fit that did not converge. */
  no: 1,
  /** Wrong use: an option, a file, a model that cannot be read. */
  usage: 2,
  /** Worth trying again: a port in use, a file that is locked. */
  retry: 3,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];
