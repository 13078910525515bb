/**
 * What is to be run on a machine with a GPU: many members of two models there, in lanes of one thread and of all, with the largest error of each.
 *
 * `npm run bench gpu-ensemble -- --print`. On SwiftShader it runs as well and says that it is no GPU: its ratios then mean nothing. On Debian
 * SwiftShader comes with chromium-common, needs libvulkan1 and `VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json`.
 */
import { type Compute, type Gpu, gpu, threads } from "greybox/compute";
import { isGreyboxError } from "greybox/core";
import { simulateEnsemble } from "greybox/solvers";
import { type Bench, type Contestant, interleave, medianRatio, type Result, type Round } from "./harness.ts";
import { lotkaVolterra, spread, tank } from "./problems/ensembles.ts";
import { vanDeVusse } from "./problems/van-de-vusse.ts";

const problems = [
  { name: "lv", model: lotkaVolterra, span: [0, 20], share: 0.3, nominal: [1, 1] },
  { name: "cstr", model: tank, span: [0, 10], share: 0.02, nominal: [0.5, 350] },
  { name: "van de vusse", model: vanDeVusse, span: [0, 1], share: 0.02, nominal: [5, 1, 100, 100] },
] as const;
const rtol = 1e-4;
const [checked, hardware, software] = [64, 1_000_000, 20_000];

export const gpuEnsemble: Bench = {
  name: "gpu-ensemble",
  about: "Ensembles in single precision on a GPU, against lanes on one thread and on all.",
  async run(): Promise<Result> {
    const remarks: string[] = [];
    await using all = threads();
    // Members are checked below, for every contestant alike.
    await using card = gpu({ check: 0 });
    let members: number = software;
    let place: Gpu | undefined = card;
    try {
      const device = await card.open();
      members = device.software ? software : hardware;
      remarks.push(`GPU: ${device.adapter}.`);
      if (device.software) remarks.push("That is no GPU but a program on this processor: its times say nothing about one.");
    } catch (error) {
      if (!isGreyboxError(error)) throw error;
      place = undefined;
      remarks.push(`Without a GPU. ${error.message}`);
    }
    const contestants: Contestant[] = [];
    for (const { name, model, span, share, nominal } of problems) {
      const parameters = spread(Array.from(model.system().p), share, members, name);
      const width = model.system().p.length;
      const every = Math.floor(members / checked);
      const some = Float64Array.from(
        { length: checked * width },
        (_, i) => parameters[Math.floor(i / width) * every * width + (i % width)]!,
      );
      const exact = await simulateEnsemble(model, { span, parameters: some, rtol: 1e-11, method: "rodas5p" });
      const n = nominal.length;
      const judge = (values: Float64Array): number =>
        exact.values.reduce((worst, value, i) => {
          const here = values[Math.floor(i / n) * every * n + (i % n)]!;
          return Math.max(worst, Math.abs(here - value) / nominal[i % n]!);
        }, 0);
      const run = (where: string, compute: Compute | Gpu | undefined): Contestant => ({
        name: `${name}: ${where}`,
        async run(): Promise<Round> {
          const start = performance.now();
          const { values, tries, gpu: how } = await simulateEnsemble(model, { span, parameters, rtol, compute });
          const milliseconds = performance.now() - start;
          const counts = { members, "tries a member": Number((tries.reduce((sum, one) => sum + one, 0) / members).toFixed(1)) };
          return { milliseconds, error: judge(values), counts: how ? { ...counts, "handed over": how.handedOver } : counts };
        },
      });
      contestants.push(run("lanes", undefined), run("threads", all));
      if (place) contestants.push(run("gpu", place));
    }
    const { rows, times } = await interleave(contestants, { rounds: 5, warmup: 1 });
    const of = (name: string): readonly number[] => times[contestants.findIndex((one) => one.name === name)]!;
    return {
      about: this.about,
      error: `largest error of a final state, relative to its typical size, of ${checked} members against rtol 1e-11; asked for: ${rtol}`,
      rows,
      ratios: place
        ? Object.fromEntries(
            problems.flatMap(({ name }) =>
              ["lanes", "threads"].map((slow) => [`${name}: ${slow} over gpu`, medianRatio(of(`${name}: ${slow}`), of(`${name}: gpu`))]),
            ),
          )
        : {},
      remarks,
    };
  },
};
