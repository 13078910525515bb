/** What went wrong on the way from edge nodes, counted by kind. */
import type { Finding } from "../../source.ts";

const sentences = {
  "sequence-gap": (count: number) => `${count} messages of edge nodes were lost on the way; their births were asked for again.`,
  "no-birth": (count: number) => `${count} values came before the birth that says what they are, and were left out.`,
  "repeated-message": (count: number) => `${count} messages came twice; the second was left out.`,
  "retained-message": (count: number) => `${count} messages were kept by the broker and may be old; they were left out.`,
  "unreadable-message": (count: number) => `${count} messages are no Sparkplug B payloads.`,
  "unsupported-type": (count: number) => `${count} metrics hold data sets, templates, files or other things that are no values.`,
  text: (count: number) => `${count} values are texts that stand for no number; declare what they mean with \`texts\`.`,
  forgotten: (count: number) => `${count} older points were forgotten to keep memory bounded.`,
} as const;

export type Notice = keyof typeof sentences;

export interface Notices {
  note(kind: Notice, sample: string, count?: number): void;
  findings(): Finding[];
}

export function notices(): Notices {
  const noted = new Map<Notice, { count: number; samples: Set<string> }>();
  return {
    note(kind, sample, count = 1) {
      const entry = noted.get(kind) ?? { count: 0, samples: new Set() };
      noted.set(kind, entry);
      entry.count += count;
      if (entry.samples.size < 5) entry.samples.add(sample);
    },
    findings: () =>
      [...noted].map(([kind, { count, samples }]) => ({
        kind,
        count,
        rows: [],
        samples: [...samples],
        message: `${sentences[kind](count)} First: ${[...samples].join(", ")}.`,
      })),
  };
}
