/** A proposal in words: what to do, what it will bring, and what it will not. */
import { listed } from "../../core/index.ts";
import type { NextExperiment } from "./design.ts";
import type { Ready } from "./ready.ts";

/** A proposal that can be so many times worse hangs on the estimates. */
const hangs = 3;
/** Standard errors of so many times the value are said to be unknown. */
const unknown = 10;

export function reasons(answer: Omit<NextExperiment, "meaning">, { model, free, sensors, options }: Ready): string[] {
  const { samples, inputs, errors, typical } = answer;
  const time = model.definition.time === "1" ? "" : ` ${model.definition.time}`;
  const out: string[] = [];
  for (const [tag, every] of Object.entries(options.online ?? {})) out.push(`${tag} is read every ${short(every)}${time}.`);
  if (options.every !== undefined) out.push(`Read ${listed(answer.sensors)} every ${short(options.every)}${time}.`);
  else if (samples.some((sample) => sample.time !== undefined)) {
    const byTag = answer.sensors.map(
      (tag) => `${tag} at ${listed(samples.flatMap((one) => (one.tag === tag ? [short(one.time!)] : [])))}${time}`,
    );
    out.push(`Measure ${listed(byTag)}.`);
  } else if (samples.length > 0) {
    const points = [...new Map(samples.map((one) => [JSON.stringify([one.tag, round(one.inputs!)]), one])).entries()].map(([key, one]) => {
      const times = samples.filter((other) => JSON.stringify([other.tag, round(other.inputs!)]) === key).length;
      const where = Object.entries(one.inputs!).map(([name, value]) => `${name} = ${short(value)}`);
      return `${one.tag}${where.length > 0 ? ` at ${where.join(", ")}` : ""}${times > 1 ? ` (${times} times)` : ""}`;
    });
    out.push(`Measure ${points.join("; ")}.`);
  }
  // What inputs do after the last sample is of no consequence.
  const last = options.every === undefined && options.online === undefined ? Math.max(...samples.map((one) => one.time ?? 0)) : Infinity;
  for (const { name } of samples.some((one) => one.inputs) ? [] : free) {
    const levels = Array.from(inputs[name]!.values)
      .slice(0, -1)
      .filter((_, i) => i === 0 || inputs[name]!.times[i]! < last);
    const changes = levels.flatMap((level, i) =>
      i > 0 && short(level) === short(levels[i - 1]!) ? [] : [`${short(level)} from ${short(inputs[name]!.times[i]!)}`],
    );
    out.push(`Let ${name} be ${changes.join(", ")}${time}.`);
  }
  const fell = Object.entries(errors)
    .flatMap(([name, { before, after, value }]) =>
      after === undefined ? [] : [{ name, before, after, value, ratio: before === undefined ? Infinity : before / after }],
    )
    .sort((a, b) => b.ratio - a.ratio);
  const vague = (share: number | undefined): share is undefined => share === undefined || share > unknown;
  out.push(
    `The typical standard error will be ${percent(typical.after)}${vague(typical.before) ? "; now it is unknown" : ` instead of ${percent(typical.before!)}`}.`,
  );
  if (typical.between === undefined) {
    out.push(
      "With other values of the parameters that the fit allows this cannot be run, or leaves the limits: choose with `draws`, or keep nearer to what was done.",
    );
  } else if (typical.between[1] > hangs * typical.after) {
    out.push(
      `This hangs on the estimates: with others that the fit allows it will be ${percent(typical.between[0])} to ${percent(typical.between[1])}. Use \`draws\` for a proposal that does not, or go in smaller steps.`,
    );
  }
  const [first] = fell;
  if (first && fell.length > 1 && first.ratio > 1.05) {
    const was =
      first.before === undefined || Math.abs(first.before / first.value) > unknown ? "was unknown" : `was ± ${short(first.before)}`;
    out.push(`Most is learnt about ${first.name}: it ${was}, and will be ± ${short(first.after)}.`);
  }
  const open = Object.entries(errors).flatMap(([name, { after, value }]) =>
    after === undefined || after > unknown * Math.abs(value) ? [name] : [],
  );
  if (open.length > 0) out.push(`${few(open)} will stay unknown: take more samples, other inputs, or measure something else.`);
  const idle = sensors.filter((name) => !answer.sensors.includes(name) && options.online?.[name] === undefined);
  if (idle.length > 0 && answer.sensors.length > 0)
    out.push(`${listed(idle)} would tell less for ${idle.length === 1 ? "its" : "their"} cost.`);
  return out;
}

/** Names, but not all of a crowd. */
function few(names: readonly string[]): string {
  return names.length <= 5 ? listed(names) : `${names.slice(0, 3).join(", ")} and ${names.length - 3} others`;
}

function round(inputs: Readonly<Record<string, number>>): string[] {
  return Object.values(inputs).map(short);
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
