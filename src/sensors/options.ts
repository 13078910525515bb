/** From what a caller asks for to a complete agreement: checks names, units and limits, fills in what the fit knows. */
import type { Calibrated } from "../calibration/index.ts";
import {
  type AnySource,
  conversion,
  GreyboxError,
  type InputOf,
  type Interpolation,
  type ModelDefinition,
  type ObservableOf,
  type StateOf,
} from "../core/index.ts";
import type { Filter, Hybrid } from "../fusion/index.ts";
import type { BiasOptions } from "./lab-bias.ts";
import { defaults, type InputAgreement, type MeasuredAgreement, type SensorSpec } from "./spec.ts";
import type { TagAgreement } from "./tags.ts";
import { unitOfObservable } from "./units-of.ts";

export interface TagOptions {
  /** Unit in points. Default: the unit of the model. */
  readonly unit?: string | undefined;
  /** In that unit. A reading outside is no measurement. */
  readonly range?: readonly [number, number] | undefined;
  /** How long [s] the last usable reading may stand in. */
  readonly maxAge?: number | undefined;
  /** How long [s] silence means "unchanged", for tags that report by exception. */
  readonly heartbeat?: number | undefined;
}

export interface InputOptions extends TagOptions {
  /** How the input runs between points. Default: `hold`. */
  readonly hold?: Interpolation | undefined;
  /** In the unit of the tag: used when even the last usable reading is too old. */
  readonly substitute?: number | undefined;
}

export interface MeasuredOptions extends TagOptions {
  /** Standard deviation of the measurement error, in the unit of the tag. Default: what the fit found. */
  readonly sigma?: number | undefined;
}

export interface SensorOptions<M extends AnySource = AnySource> {
  /** The observable to answer for. */
  readonly estimate: ObservableOf<M>;
  /** Letters, digits, `.`, `_`, `-`. Default: model and estimate. */
  readonly name?: string | undefined;
  /** Unit of the answer and of laboratory values. Default: the unit of the model. */
  readonly unit?: string | undefined;
  /** Level of the interval. Default: that of the hybrid, else {@link defaults}. */
  readonly interval?: number | undefined;
  /** `ekf()` or `ukf()`: measurements of other observables then correct the state. */
  readonly filter?: Filter | undefined;
  /** `biasUpdate()`: laboratory values then correct the answer. */
  readonly lab?: BiasOptions | undefined;
  /** A number (in the unit of the model) for an input that never changes; else what points bring. Unnamed: read from points as they are. */
  readonly inputs?: Readonly<Partial<Record<InputOf<M>, number | InputOptions>>> | undefined;
  /** Measured observables in points. Default with a filter: all that the fit used, but the estimate. */
  readonly measured?: Readonly<Partial<Record<ObservableOf<M>, MeasuredOptions>>> | undefined;
  /** States known at the start, in the unit of the model. The others start from a first measurement or as the model says, and are doubted. */
  readonly initial?: Readonly<Partial<Record<StateOf<M>, number>>> | undefined;
  /** Default for every tag [s]. */
  readonly maxAge?: number | undefined;
  readonly heartbeat?: number | undefined;
  /** Relative tolerance of the integration. */
  readonly rtol?: number | undefined;
}

/** @throws GreyboxError `sensor/estimate`, `sensor/tag`, `sensor/option`, `unit/unknown`, `unit/incompatible` */
export function agree(fit: Calibrated, hybrid: Hybrid | undefined, options: SensorOptions): SensorSpec {
  const { definition } = fit.model;
  const { estimate, filter, lab } = options;
  const name = options.name ?? `${definition.name}.${estimate}`.replace(/[^A-Za-z0-9._-]/g, "-");
  const refuse = (option: string, value: unknown, must: string): never => {
    throw new GreyboxError("sensor/option", { sensor: name, option, value: String(value), must });
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
    refuse("name", `"${name}"`, "be up to 100 letters, digits, dots, underscores or dashes");

  const unitOfEstimate = unitOfObservable(definition, estimate);
  const observables = [definition.states, definition.algebraic, definition.outputs].flatMap((kind) => Object.keys(kind));
  if (unitOfEstimate === undefined) throw new GreyboxError("sensor/estimate", { sensor: name, estimate, observables });
  const unit = options.unit ?? unitOfEstimate;
  conversion(unitOfEstimate, unit);
  const level = options.interval ?? hybrid?.level ?? defaults.interval;
  if (!(level > 0 && level < 1)) refuse("interval", level, "lie between 0 and 1");
  if (hybrid && hybrid.on !== estimate && !filter) {
    refuse(
      "filter",
      "absent",
      `be given, because the learned part corrects ${hybrid.on}, which helps to estimate ${estimate} only through a filter`,
    );
  }

  const given = { inputs: entriesOf(options.inputs), measured: entriesOf(options.measured) };
  const known = [...Object.keys(definition.inputs), ...observables];
  for (const [tag] of given.inputs)
    if (!Object.hasOwn(definition.inputs, tag)) throw new GreyboxError("sensor/tag", { sensor: name, tag, known });
  for (const [tag] of given.measured) if (!observables.includes(tag)) throw new GreyboxError("sensor/tag", { sensor: name, tag, known });
  for (const [tag, value] of entriesOf(options.initial)) {
    if (!Object.hasOwn(definition.states, tag))
      throw new GreyboxError("sensor/tag", { sensor: name, tag, known: Object.keys(definition.states) });
    if (!Number.isFinite(value)) refuse(`initial.${tag}`, value, "be a finite number");
  }

  const agreement = (
    tag: string,
    place: string,
    modelUnit: string,
    { unit: asked, range, maxAge, heartbeat }: TagOptions,
  ): TagAgreement & { unit: string } => {
    const tagUnit = asked ?? modelUnit;
    const toModel = conversion(tagUnit, modelUnit);
    const silence = heartbeat ?? options.heartbeat ?? defaults.heartbeat;
    const hold = Math.max(silence, maxAge ?? options.maxAge ?? defaults.maxAge);
    if (!(silence >= 0)) refuse(`${place}.heartbeat`, silence, "be at least 0 s");
    if (!(hold >= 0)) refuse(`${place}.maxAge`, hold, "be at least 0 s");
    if (range && !(range[0] < range[1])) refuse(`${place}.range`, range.join(" to "), "rise");
    const inModel = (value: number): number => value * toModel.factor + toModel.shift;
    return {
      name: tag,
      unit: tagUnit,
      conversion: toModel,
      range: range && [inModel(range[0]), inModel(range[1])],
      heartbeat: silence,
      maxAge: hold,
      substitute: undefined,
    };
  };

  const constants: Record<string, number> = {};
  const inputs: InputAgreement[] = [];
  for (const [tag, modelUnit] of Object.entries(definition.inputs)) {
    const option = given.inputs.find(([it]) => it === tag)?.[1] ?? {};
    if (typeof option === "number") {
      if (!Number.isFinite(option)) refuse(`inputs.${tag}`, option, "be a finite number");
      constants[tag] = option;
      continue;
    }
    const agreed = agreement(tag, `inputs.${tag}`, modelUnit, option);
    const substitute = option.substitute === undefined ? undefined : option.substitute * agreed.conversion.factor + agreed.conversion.shift;
    inputs.push({ ...agreed, substitute, hold: option.hold ?? "hold" });
  }

  const measured = measuredTags(fit, hybrid, definition, options).map(([tag, option]): MeasuredAgreement => {
    const agreed = agreement(tag, `measured.${tag}`, unitOfObservable(definition, tag) ?? "1", option);
    const sigma = option.sigma === undefined ? fit.tags[tag]?.sigma : option.sigma * agreed.conversion.factor;
    if (sigma !== undefined && !(sigma > 0)) refuse(`measured.${tag}.sigma`, sigma, "be above 0");
    return { ...agreed, sigma };
  });
  if (filter && !measured.some(({ sigma }) => sigma !== undefined)) {
    refuse("measured", "without a tag of known sigma", "name what the filter is to learn from, such as { T: { sigma: 0.3 } }");
  }
  const rtol = options.rtol ?? defaults.rtol;
  return {
    name,
    estimate,
    unit,
    level,
    inputs,
    constants,
    measured,
    initial: Object.fromEntries(entriesOf(options.initial)),
    filter,
    lab,
    rtol,
  };
}

/** Tags that are named; with a filter and none named, those of the fit; and always those that the features read. */
function measuredTags(
  fit: Calibrated,
  hybrid: Hybrid | undefined,
  definition: ModelDefinition,
  options: SensorOptions,
): [string, MeasuredOptions][] {
  const named = new Map<string, MeasuredOptions>(entriesOf(options.measured));
  if (options.filter && options.measured === undefined) {
    for (const tag of Object.keys(fit.tags))
      if (tag !== options.estimate && unitOfObservable(definition, tag) !== undefined) named.set(tag, {});
  }
  for (const feature of hybrid?.features ?? []) {
    if ((feature.kind === "measured" || feature.kind === "residual") && !named.has(feature.name)) named.set(feature.name, {});
  }
  return [...named];
}

function entriesOf<V>(record: Readonly<Partial<Record<string, V>>> | undefined): [string, V][] {
  return Object.entries(record ?? {}).filter((entry): entry is [string, V] => entry[1] !== undefined);
}
