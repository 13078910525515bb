/**
 * Checkpoints: what a calibration has found so far, in a file, so that killing it loses seconds.
 *
 * The one place of calibration beside reports and PEtab that touches files; it does so only where a question names one.
 */
import { type Compute, inline } from "../../compute/index.ts";
import { fromPlain, GreyboxError, toPlain } from "../../core/index.ts";
import { isWrittenAsFunctions } from "../model-copy.ts";
import type { Question } from "../question/question.ts";
import { readIfThere, replaceFile } from "./file.ts";
import { type Journal, keptCompute } from "./kept-compute.ts";

/** Whose work it is: all of it must be the same for any of it to be of use. */
export interface Identity {
  /** Content hashes. */
  readonly model: string;
  readonly data: string;
  readonly question: string;
  readonly seed: number;
  /** Of Greybox: another one may compute other bits. */
  readonly version: string;
}

const format = "greybox/checkpoint/1";

/** What is in the file. Values by key are plain JSON. */
interface Stored {
  readonly format: typeof format;
  readonly identity: Identity;
  readonly finished: Readonly<Record<string, unknown>>;
  readonly underWay: Readonly<Record<string, unknown>>;
}

export const checkpointDefaults = {
  /** Milliseconds between two writings, at least; a tenth of the time may go into writing, but they are never farther apart than `most`. */
  least: 1000,
  most: 10_000,
} as const;

/**
 * Where the tasks of a question run: its `compute`, remembered in its `checkpoint` where it names one. Dispose of it to have the last
 * results written; the question's own `compute` stays open.
 *
 * @throws GreyboxError `calibration/checkpoint` when the file cannot be read or written, or belongs to something else
 */
export async function computeOf(question: Pick<Question, "compute" | "checkpoint" | "model">, identity: () => Identity): Promise<Compute> {
  const { compute = inline(), checkpoint, model } = question;
  if (checkpoint === undefined)
    return { name: compute.name, workers: compute.workers, map: compute.map.bind(compute), [Symbol.asyncDispose]: nothing };
  if (isWrittenAsFunctions(model))
    throw refused(checkpoint, `model "${model.name}" is written as functions, of which cannot be told whether they are still the same`);
  const { journal, close } = await openJournal(checkpoint, identity());
  return { ...keptCompute(compute, journal), [Symbol.asyncDispose]: close };
}

async function nothing(): Promise<void> {}

async function openJournal(path: string, identity: Identity): Promise<{ journal: Journal; close: () => Promise<void> }> {
  const stored = await read(path, identity);
  // Values wait as JSON: they are written again and again, and read once at most.
  const finished = new Map(Object.entries(stored?.finished ?? {}).map(([key, value]) => [key, JSON.stringify(value)]));
  const underWay = new Map(Object.entries(stored?.underWay ?? {}).map(([key, value]) => [key, JSON.stringify(value)]));
  const text = (): string =>
    `{"format":${JSON.stringify(format)},"identity":${JSON.stringify(identity)},\n"finished":${objectText(finished)},\n"underWay":${objectText(underWay)}}\n`;
  // At once, so that a file that cannot be written is known before hours are spent.
  await replaceFile(path, text()).catch((error: Error) => {
    throw refused(path, `it cannot be written: ${error.message}`);
  });

  let [changed, wait]: [boolean, number] = [false, checkpointDefaults.least];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => {
    timer = undefined;
    if (!changed) return writing;
    changed = false;
    writing = writing.then(async () => {
      const start = performance.now();
      try {
        await replaceFile(path, text());
      } catch (error) {
        // The work itself is not harmed; a full disk may have room again at the next writing.
        process.emitWarning(`The checkpoint ${path} cannot be written: ${(error as Error).message}`, "GreyboxWarning");
        changed = true;
      }
      const took = performance.now() - start;
      wait = Math.min(Math.max(checkpointDefaults.least, 10 * took), checkpointDefaults.most);
    });
    return writing;
  };
  const note = (): void => {
    changed = true;
    timer ??= setTimeout(() => void write(), wait);
  };
  const restored = (kept: string | undefined): unknown => (kept === undefined ? undefined : fromPlain(JSON.parse(kept)));
  return {
    journal: {
      result: (key) => (finished.has(key) ? { value: restored(finished.get(key)) } : undefined),
      input: (key) => restored(underWay.get(key)),
      finished(key, result) {
        finished.set(key, JSON.stringify(toPlain(result)));
        underWay.delete(key);
        note();
      },
      underWay(key, input) {
        if (finished.has(key)) return;
        underWay.set(key, JSON.stringify(toPlain(input)));
        note();
      },
    },
    async close() {
      clearTimeout(timer);
      await write();
    },
  };
}

function objectText(entries: ReadonlyMap<string, string>): string {
  return `{${Array.from(entries, ([key, value]) => `${JSON.stringify(key)}:${value}`).join(",\n")}}`;
}

async function read(path: string, identity: Identity): Promise<Stored | undefined> {
  const text = await readIfThere(path).catch((error: Error) => {
    throw refused(path, `it cannot be read: ${error.message}`);
  });
  if (text === undefined || text === "") return undefined;
  const stored = parsed(text);
  if (!stored) throw refused(path, "it is not a checkpoint of a calibration");
  const others = Object.entries(named).filter(([part]) => stored.identity[part as keyof Identity] !== identity[part as keyof Identity]);
  if (others.length > 0) throw refused(path, `it was kept of ${others.map(([, what]) => what).join(" and ")}`);
  return stored;
}

const named: Readonly<Record<keyof Identity, string>> = {
  model: "another model",
  data: "other data",
  question: "another question",
  seed: "another seed",
  version: "another version of Greybox",
};

function parsed(text: string): Stored | undefined {
  try {
    const value = JSON.parse(text) as Partial<Stored> | null;
    return value?.format === format && value.identity && value.finished && value.underWay ? (value as Stored) : undefined;
  } catch {
    return undefined;
  }
}

function refused(path: string, why: string): GreyboxError<"calibration/checkpoint"> {
  return new GreyboxError("calibration/checkpoint", { path, why });
}
