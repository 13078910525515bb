/** From what a caller asks for to a complete agreement: checks names, units and limits, fills in what the fit knows. */
import { type Calibrated, startSource } from "../calibration/index.ts";
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
import type { Binding } from "../historian/index.ts";
import { type BiasOptions, biasUpdate } from "./lab-rule.ts";
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
  /** How long [s] silence means "unchanged", for tags that report by exception. Default: 0; for a bound tag, its `maxAge`. */
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
  /** What `bind` returned: units, ranges, `hold`, gaps, constants and noise of every tag. `inputs` and `measured` go before it. */
  readonly binding?: Binding<M> | undefined;
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
  const { estimate, filter } = options;
  const lab = options.lab && biasUpdate(options.lab);
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

  const agreement = (tag: string, place: string, modelUnit: string, option: TagOptions): TagAgreement & { unit: string } => {
    const bound = options.binding?.tags.find((it) => it.name === tag);
    const own = option.unit === undefined && bound ? bound : undefined;
    const toModel = own ? { factor: own.factor, shift: own.shift } : conversion(option.unit ?? modelUnit, modelUnit);
    const hold = option.maxAge ?? bound?.maxGap ?? options.maxAge ?? defaults.maxAge;
    // Archived tags report by exception: they are silent while nothing happens.
    const silence = option.heartbeat ?? options.heartbeat ?? (bound ? hold : defaults.heartbeat);
    const range = option.range ?? own?.range;
    if (!(silence >= 0)) refuse(`${place}.heartbeat`, silence, "be at least 0 s");
    if (!(hold >= 0)) refuse(`${place}.maxAge`, hold, "be at least 0 s");
    if (range && !(range[0] < range[1])) refuse(`${place}.range`, range.join(" to "), "rise");
    const ends = range?.map((value) => value * toModel.factor + toModel.shift);
    return {
      name: tag,
      unit: own?.unit ?? option.unit ?? modelUnit,
      conversion: toModel,
      // A sign in the binding turns the range round.
      range: ends && [Math.min(...ends), Math.max(...ends)],
      heartbeat: silence,
      maxAge: Math.max(silence, hold),
      substitute: undefined,
    };
  };

  const constants: Record<string, number> = {};
  const inputs: InputAgreement[] = [];
  for (const [tag, modelUnit] of Object.entries(definition.inputs)) {
    const option = given.inputs.find(([it]) => it === tag)?.[1] ?? options.binding?.constants[tag] ?? {};
    if (typeof option === "number") {
      if (!Number.isFinite(option)) refuse(`inputs.${tag}`, option, "be a finite number");
      constants[tag] = option;
      continue;
    }
    const agreed = agreement(tag, `inputs.${tag}`, modelUnit, option);
    const substitute = option.substitute === undefined ? undefined : option.substitute * agreed.conversion.factor + agreed.conversion.shift;
    const bound = options.binding?.tags.find((it) => it.name === tag);
    inputs.push({ ...agreed, substitute, hold: option.hold ?? bound?.hold ?? "hold" });
  }

  const measured = measuredTags(fit, hybrid, definition, options).map(({ tag, option, forFilter }): MeasuredAgreement => {
    const agreed = agreement(tag, `measured.${tag}`, unitOfObservable(definition, tag) ?? "1", option);
    const bound = options.binding?.tags.find((it) => it.name === tag);
    const known = forFilter ? (bound?.sigma ?? fit.tags[tag]?.sigma) : undefined;
    const sigma = option.sigma === undefined ? known : option.sigma * Math.abs(agreed.conversion.factor);
    if (sigma !== undefined && !(sigma > 0)) refuse(`measured.${tag}.sigma`, sigma, "be above 0");
    return { ...agreed, sigma };
  });
  if (filter && !measured.some(({ sigma }) => sigma !== undefined)) {
    refuse("measured", "without a tag of known sigma", "name what the filter is to learn from, such as { T: { sigma: 0.3 } }");
  }
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
    rtol: options.rtol ?? defaults.rtol,
    binding: options.binding && {
      model: options.binding.model,
      time: options.binding.time,
      tags: options.binding.tags,
      constants: options.binding.constants,
    },
  };
}

/** Tags that are named; with a filter and none named, those of the fit; beside them those that the features read or the states start from. */
function measuredTags(fit: Calibrated, hybrid: Hybrid | undefined, definition: ModelDefinition, options: SensorOptions) {
  const named = new Map<string, MeasuredOptions>(entriesOf(options.measured));
  if (options.filter && options.measured === undefined) {
    for (const tag of Object.keys(fit.tags))
      if (tag !== options.estimate && unitOfObservable(definition, tag) !== undefined) named.set(tag, {});
  }
  const readByFeatures = (hybrid?.features ?? []).flatMap((it) => (it.kind === "measured" || it.kind === "residual" ? [it.name] : []));
  const startedFrom = Object.entries(fit.start).flatMap(([state, start]) => startSource(start, state, definition)?.observable ?? []);
  const besides = new Set([...readByFeatures, ...startedFrom].filter((tag) => !named.has(tag)));
  return [
    ...Array.from(named, ([tag, option]) => ({ tag, option, forFilter: true })),
    ...Array.from(besides, (tag) => ({ tag, option: {} as MeasuredOptions, forFilter: false })),
  ];
}

function entriesOf<V>(record: Readonly<Partial<Record<string, V>>> | undefined): [string, V][] {
  return Object.entries(record ?? {}).filter((entry): entry is [string, V] => entry[1] !== undefined);
}
