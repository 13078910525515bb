/** A multistart on two threads against one and against none: how much faster, and whether the answers have the same bits. */
import { type Calibrated, calibrate } from "greybox/calibration";
import { type Compute, inline, threads } from "greybox/compute";
import { contentHash } from "greybox/core";
import { type Bench, type Contestant, interleave, medianRatio, type Result } from "./harness.ts";
import { estimate, reactor, window } from "./problems/cstr.ts";

const starts = 48;

export const multistartThreads: Bench = {
  name: "multistart-threads",
  about: `A multistart of ${starts} starts (4 parameters, 200 sample times): inline, one thread, two threads.`,
  async run(): Promise<Result> {
    await using one = threads({ workers: 1 });
    await using two = threads({ workers: 2 });
    const reference = bitsOf(await fitted(inline()));
    const contestant = (name: string, compute: Compute): Contestant => ({
      name,
      async run() {
        const start = performance.now();
        const fit = await fitted(compute);
        const milliseconds = performance.now() - start;
        return { milliseconds, error: bitsOf(fit) === reference ? 0 : 1, counts: { cost: Number(fit.cost.toPrecision(10)) } };
      },
    });
    const contestants = [contestant("inline", inline()), contestant("one thread", one), contestant("two threads", two)];
    const { rows, times } = await interleave(contestants, { rounds: 9, warmup: 2 });
    return {
      about: this.about,
      error: "0: every start and the answer have the bits of the inline run; 1: they do not",
      rows,
      ratios: {
        "one thread over two": medianRatio(times[1]!, times[2]!),
        "inline over two threads": medianRatio(times[0]!, times[2]!),
      },
      remarks: [],
    };
  },
};

function fitted(compute: Compute) {
  return calibrate({ model: reactor, windows: [window], estimate: [...estimate], starts, seed: 7, compute });
}

/** Everything a fit says that numbers decide. */
function bitsOf(fit: Calibrated): string {
  return contentHash({ parameters: fit.parameters, covariance: fit.covariance, starts: fit.starts, cost: fit.cost });
}
