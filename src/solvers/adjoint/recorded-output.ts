/** The output of a run that is recorded. */
import type { Output } from "../output.ts";
import { asItStood, atEnd, type Recorder } from "./tape.ts";

/** An output that notes for every row where it comes from. */
export function recordedOutput(output: Output, record: Recorder, samples: Float64Array | undefined): Output {
  let next = 0;
  return {
    ...output,
    get polynomial() {
      return output.polynomial;
    },

    point(t) {
      if (!samples) record.row(asItStood);
      for (; samples && next < samples.length && samples[next]! <= t; next++) record.row(asItStood);
      output.point(t);
    },

    step(t, h, end, whole, piece) {
      record.step(whole ? 1 : (end - t) / h);
      const theta = (at: number): number => (whole && at === end ? atEnd : (at - t) / h);
      if (!samples) record.row(theta(end));
      for (; samples && next < samples.length && samples[next]! <= end; next++) record.row(theta(samples[next]!));
      output.step(t, h, end, whole, piece);
    },
  };
}
