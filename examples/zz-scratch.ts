import { calibrate, fuse, openHistorian, pls, prepare, residual, ridge, sliceWindow, validate } from "greybox";
import { gaussianProcess, network } from "greybox/fusion";
import { file, overflowingTags } from "./cascaded-tanks/binding.ts";
import { overflowing } from "./cascaded-tanks/model.ts";

const rig = await openHistorian("../shared/data/cascaded_tanks/estimation.csv", file);
const {
  windows: [whole],
} = await prepare(rig, overflowingTags, { rules: { spikes: false, frozen: false } });
const split = 0.7 * whole!.duration;
const train = sliceWindow(whole!, 0, split);
const initial = {
  x1: { estimate: true, bounds: [0.5, 30], share: "all" },
  x2: { estimate: true, bounds: [0.5, 10], share: "all" },
} as const;
const fit = await calibrate({
  model: overflowing,
  windows: [train],
  estimate: ["pump", "out1", "out2", "ratio", "n2", "caught"],
  initial,
  starts: 8,
  seed: 1,
});
const w = {
  ...whole!,
  measured: Object.fromEntries(
    Object.entries(whole!.measured).map(([n, tag]) => [
      n,
      { ...tag, weight: tag.weight.map((x: number, i: number) => (tag.time[i]! < split ? 0 : x)) },
    ]),
  ),
};
const r = (x: number | undefined) => (x === undefined ? "-" : x.toFixed(4));
const trial = async (name: string, q: any) => {
  const t = performance.now();
  const h = await fuse(fit as any, q, { windows: [train], seed: 1 });
  const s = validate(h as any, [w as any]);
  console.log(
    name.padEnd(22),
    "cv mech",
    r(h.validation.overall.mechanism.rmse),
    "hyb",
    r(h.validation.overall.hybrid.rmse),
    "share",
    r(h.share),
    "| held mech",
    r(s.mechanism.rmse),
    "hyb",
    r(s.hybrid.rmse),
    "cov",
    r(s.coverage),
    "dom",
    r(s.domain.inside),
    "conf",
    r(h.confounding?.index),
    (performance.now() - t).toFixed(0),
    "ms",
  );
};
const u = [20, 40, 80, 160];
for (const [n, l] of [["gp", gaussianProcess()]] as const) {
  await trial(n + " u,x1,y", residual({ on: "y", from: ["u", "x1", "y"], learner: l }));
  await trial(n + " x1,y", residual({ on: "y", from: ["x1", "y"], learner: l }));
  if (n !== "net")
    await trial(n + " x1,y + lags", residual({ on: "y", from: ["u", "x1", "y"], lags: { u, x1: u, y: u } as any, learner: l }));
  if (n !== "net") await trial(n + " x1,y + x1 lags", residual({ on: "y", from: ["x1", "y"], lags: { x1: [40, 120] } as any, learner: l }));
}
for (const [n, l] of [
  ["ridge", ridge()],
  ["gp", gaussianProcess()],
] as const) {
  await trial(
    n + " u,x1,x2 lag u long",
    residual({ on: "y", from: ["u", "x1", "x2"], lags: { u: [40, 80, 120, 160, 240, 320] } as any, learner: l }),
  );
  await trial(
    n + " x1,x2,over1,over2",
    residual({ on: "y", from: ["x1", "x2", "over1", "over2"], lags: { over1: [40, 80, 160] } as any, learner: l }),
  );
  await trial(
    n + " flows",
    residual({ on: "y", from: ["flow1", "flow2", "over1", "over2", "y"], lags: { flow1: [40, 80, 160] } as any, learner: l }),
  );
}
console.log(fit.tags);
