/** The span of an ensemble cut where all members stop: at samples, and where inputs change their course. */
import type { System } from "../../../core/index.ts";
import { inputTrack } from "../../input-track.ts";
import type { EnsembleQuestion } from "../block.ts";

export interface Segment {
  readonly begin: number;
  readonly end: number;
  /** Shared inputs at its start, and their rates of change. Shape (r). */
  readonly u: Float64Array;
  readonly slope: Float64Array;
  /** Samples at its end: indices from, to (exclusive). */
  readonly samples: readonly [from: number, to: number];
}

export function segmentsOf(system: System, { span, samples, signals }: EnsembleQuestion): Segment[] {
  const track = inputTrack(system);
  track.layOut(signals, span[0], span[1]);
  const segments: Segment[] = [];
  let begin = span[0];
  let sample = 0;
  const until = (time: number): readonly [number, number] => {
    const from = sample;
    while (sample < samples.length && samples[sample]! <= time) sample++;
    return [from, sample];
  };
  until(span[0]);
  for (let piece = 0; piece < track.pieces(); piece++) {
    track.enter(piece);
    const stop = track.end(piece);
    while (begin < stop) {
      const next = samples[sample];
      const end = next !== undefined && next < stop ? next : stop;
      const elapsed = begin - track.begin();
      segments.push({
        begin,
        end,
        u: track.origin.map((value, i) => value + track.slope[i]! * elapsed),
        slope: track.slope.slice(),
        samples: until(end),
      });
      begin = end;
    }
  }
  return segments;
}

/** Samples at the very start of the span. */
export const startSamples = ({ span, samples }: EnsembleQuestion): number => samples.filter((time) => time <= span[0]).length;
