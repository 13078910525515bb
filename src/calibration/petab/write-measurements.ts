/** Tags as observables, and their points as measurements. */
import type { NoisePlan, Size } from "../question/noise.ts";
import type { TagPlan } from "../question/windows.ts";
import type { Writing } from "./write.ts";
import { conditionId } from "./write-conditions.ts";

/** One tag in all windows. */
interface Tag {
  readonly name: string;
  readonly observable: string;
  readonly noise: NoisePlan | undefined;
  readonly columns: readonly TagPlan[];
  /** Whether some point counts less than others. */
  readonly weighted: boolean;
}

function tagsOf({ plan, observables }: Writing): readonly Tag[] {
  const all = plan.windows.flatMap(({ tags }) => tags);
  return [...new Set(all.map(({ tag }) => tag))].map((name): Tag => {
    const columns = all.filter(({ tag }) => tag === name);
    const [first] = columns as [TagPlan];
    const noise = first.noise === undefined ? undefined : plan.noises[first.noise];
    const weighted = columns.some(({ weight }) => weight.some((one) => one !== 1));
    return { name, observable: observables[first.observable]!, noise, columns, weighted };
  });
}

export const observableId = ({ id }: Writing, tag: string): string => id(`y ${tag}`);

export function observableRows(writing: Writing): readonly (readonly string[])[] {
  const { id, refuse } = writing;
  const header = "observableId observableFormula noiseFormula observableTransformation noiseDistribution".split(" ");
  const rows = tagsOf(writing).map(({ name, observable, noise, columns, weighted }) => {
    if (columns.some(({ side }) => side?.some((one) => one !== 0))) refuse(`some values of "${name}" are limits`);
    if (noise && noise.kind !== "gaussian" && noise.kind !== "laplace") refuse(`the errors of "${name}" are of the kind "${noise.kind}"`);
    if (noise && noise.deadBand > 0) refuse(`the errors of "${name}" have a dead band`);
    if (noise?.correlationTime !== undefined) refuse(`the errors of "${name}" are correlated`);
    const own = observableId(writing, name);
    const formula = id(observable);
    let size = noise?.sigmaFrom === undefined ? `noiseParameter1_${own}` : id(noise.sigmaFrom);
    if (noise?.proportional !== undefined) {
      if (noise.scale !== "linear") refuse(`the errors of "${name}" are a share of a logarithm`);
      size = `sqrt(${size}^2 + (${sizeText(noise.proportional, writing)}*${formula})^2)`;
    }
    if (weighted) {
      writing.remark("weights are written as sizes of errors: the likelihood differs by a constant");
      size = `${size}*noiseParameter${noise?.sigmaFrom === undefined ? 2 : 1}_${own}`;
    }
    const scale = noise?.scale ?? "linear";
    return [own, formula, size, scale === "linear" ? "lin" : scale, noise?.kind === "laplace" ? "laplace" : "normal"];
  });
  return [header, ...rows];
}

export function measurementRows(writing: Writing): readonly (readonly string[])[] {
  const { plan, id } = writing;
  const tags = new Map(tagsOf(writing).map((tag) => [tag.name, tag]));
  const settled = plan.settled.some((one) => one !== undefined);
  const header = [
    "observableId",
    ...(settled ? ["preequilibrationConditionId"] : []),
    "simulationConditionId",
    "measurement",
    "time",
    "noiseParameters",
  ];
  const rows = plan.windows.flatMap((window, w) =>
    window.tags.flatMap((column) => {
      const { noise, weighted } = tags.get(column.tag)!;
      const size = noise?.sigmaFrom === undefined ? [sigmaText(column, noise, writing)] : [];
      return Array.from(column.value, (value, i) => [
        observableId(writing, column.tag),
        ...(settled ? [plan.settled[w] ? id(conditionId(window.name, true)) : ""] : []),
        id(conditionId(window.name, false)),
        String(value),
        timeText(window.samples[column.at[i]!]!),
        [...size, ...(weighted ? [String(noise?.kind === "laplace" ? 1 / column.weight[i]! : 1 / Math.sqrt(column.weight[i]!))] : [])].join(
          ";",
        ),
      ]);
    }),
  );
  return [header, ...rows];
}

function sigmaText({ group, sigma }: TagPlan, noise: NoisePlan | undefined, writing: Writing): string {
  if (noise?.sigma !== undefined) return sizeText(noise.sigma, writing);
  return sigma === undefined ? writing.id(writing.sigmaNames.get(group)!) : String(sigma);
}

const sizeText = (size: Size, { plan, id }: Writing): string =>
  typeof size === "number" ? String(size) : id(plan.unknowns[size.unknown]!.name);

const timeText = (time: number): string => (time === Infinity ? "inf" : String(time));
