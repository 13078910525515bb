/**
 * Says which tag is which quantity of a model, and in which unit it is archived.
 *
 * This is the border where units are converted: behind it everything is in model units.
 */
import {
  type AnySource,
  type Conversion,
  conversion,
  GreyboxError,
  type InputOf,
  type Interpolation,
  type ModelDefinition,
  nearestNames,
  type ObservableOf,
} from "../core/index.ts";
import { type BoundLab, boundLab, type LabFields } from "./bind-lab.ts";
import { type BoundPeriod, checkReading, type ReadingFields, type Refuse, readingOf, type TagPeriod, withPeriods } from "./bind-periods.ts";
import { type Duration, secondsOf } from "./duration.ts";

/** What inputs and measured quantities have in common: one tag for good, or several one after the other. Numbers are as archived, in `unit`. */
export type TagBinding = ReadingFields & {
  /** Unit in which the tag is archived; with periods the one in which `sigma` and `compression` are, and that of periods which name none. */
  readonly unit: string;
  /** Longest stretch without a usable value that is bridged. */
  readonly maxGap?: Duration | undefined;
} & (
    | { readonly tag: string; readonly periods?: undefined }
    /** Where the tag was renamed, replaced or set up anew: what was valid when. The last one is the one that is read live. */
    | { readonly tag?: undefined; readonly periods: readonly TagPeriod[] }
  );

export type InputBinding = TagBinding & {
  /** Between points. Default: what the source says, else `hold`. */
  readonly hold?: Interpolation | undefined;
};

/** An input that is not measured but known to stay at one value. */
export interface ConstantBinding {
  readonly constant: number;
  readonly unit: string;
}

export type MeasuredBinding = TagBinding & {
  /** Standard deviation of the measurement error, in `unit`; absent: estimated from the residuals of a fit. */
  readonly sigma?: number | undefined;
  /** Deviation of the historian's compression, in `unit`. Default: what the source says, else 0. */
  readonly compression?: number | undefined;
  /** A laboratory value: its time is the time of the sample. */
  readonly lab?: LabFields | undefined;
};

/** Tags for the quantities of a model; every key is an input, state, algebraic quantity or output of it. */
export type TagsOf<M extends AnySource> =
  string extends InputOf<M>
    ? Readonly<Record<string, (InputBinding & MeasuredBinding) | ConstantBinding>>
    : { readonly [K in InputOf<M>]?: InputBinding | ConstantBinding | undefined } & {
        readonly [K in Exclude<ObservableOf<M>, InputOf<M>>]?: MeasuredBinding | undefined;
      };

/** One bound tag, with everything converted to model units. Plain data. */
export interface BoundTag {
  /** Name in the model. */
  readonly name: string;
  readonly role: "input" | "measured";
  readonly tag: string;
  readonly unit: string;
  readonly modelUnit: string;
  /** Model value = factor · archived value + shift. */
  readonly factor: number;
  readonly shift: number;
  /** Undefined: what the source says, else `hold`. */
  readonly hold: Interpolation | undefined;
  /** As archived. */
  readonly range: readonly [number, number] | undefined;
  /** [s] */
  readonly maxGap: number | undefined;
  /** In the unit of the model. */
  readonly sigma: number | undefined;
  /** In the unit of the model; undefined: what the source says. */
  readonly compression: number | undefined;
  readonly reported: string | undefined;
  /** Present on what is bound as a laboratory value. */
  readonly lab?: BoundLab | undefined;
  /** Present where several tags follow one another; the fields above are then those of the last. By time, without overlap. */
  readonly periods?: readonly BoundPeriod[] | undefined;
}

export interface Binding<M extends AnySource = AnySource> {
  readonly model: string;
  /** Unit of time of the model. */
  readonly time: string;
  readonly tags: readonly BoundTag[];
  /** Inputs that stay at one value, in the unit of the model. */
  readonly constants: Readonly<Record<string, number>>;
  /** Never present: carries the names of the model to later calls. */
  readonly source?: M;
}

/**
 * Binds tags to a model.
 *
 * @throws GreyboxError `historian/bind-name` for a key that the model does not have, `historian/bind-unit` where the unit does not fit,
 *   `historian/bind-value` for other values that make no sense
 *
 * @example
 * bind(reactor, { q: { tag: "FIC101.PV", unit: "m^3/h" }, T: { tag: "TI101.PV", unit: "degC", sigma: 0.3 } });
 */
export function bind<M extends AnySource>(model: M, tags: TagsOf<M>): Binding<M> {
  const { definition } = model;
  const bound: BoundTag[] = [];
  const constants: Record<string, number> = {};
  for (const [name, entry] of Object.entries(tags as Record<string, (InputBinding & MeasuredBinding) | ConstantBinding | undefined>)) {
    if (entry === undefined) continue;
    const { role, unit: modelUnit } = quantity(definition, name);
    if ("constant" in entry) {
      requireFinite(name, "constant", entry.constant);
      if (role !== "input")
        throw new GreyboxError("historian/bind-value", {
          name,
          field: "constant",
          value: String(entry.constant),
          expected: "given for an input only",
        });
      const { factor, shift } = unitTo(name, "(constant)", entry.unit, modelUnit);
      constants[name] = factor * entry.constant + shift;
    } else bound.push(boundTag(name, role, modelUnit, entry));
  }
  return { model: definition.name, time: definition.time, tags: bound, constants };
}

/** Role and unit of a name of the model. */
function quantity(definition: ModelDefinition, name: string): { role: "input" | "measured"; unit: string } {
  const input = own(definition.inputs, name);
  if (input !== undefined) return { role: "input", unit: input };
  const observable = own(definition.states, name) ?? own(definition.algebraic, name) ?? own(definition.outputs, name);
  if (observable) return { role: "measured", unit: observable.unit };
  const inputs = Object.keys(definition.inputs);
  const observables = [definition.states, definition.algebraic, definition.outputs].flatMap((group) => Object.keys(group));
  throw new GreyboxError("historian/bind-name", {
    model: definition.name,
    name,
    nearest: nearestNames(name, [...inputs, ...observables]),
    inputs,
    observables,
  });
}

function own<T>(group: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(group, name) ? group[name] : undefined;
}

/** One tag, checked and converted; what {@link bind} does for each. */
export function boundTag(name: string, role: "input" | "measured", modelUnit: string, entry: InputBinding & MeasuredBinding): BoundTag {
  const refuse: Refuse = (field, value, expected) => {
    throw new GreyboxError("historian/bind-value", { name, field, value: JSON.stringify(value) ?? "undefined", expected });
  };
  const { tag, unit, sigma, compression, hold, lab, periods } = entry;
  if (periods === undefined) {
    if (typeof tag !== "string" || tag === "") refuse("tag", tag, "the name of a tag");
  } else if (tag !== undefined) refuse("tag", tag, "left out where `periods` name the tags");
  if (typeof unit !== "string") refuse("unit", unit, "the unit in which the tag is archived");
  checkReading(entry, "", refuse);
  if (sigma !== undefined && !(sigma > 0 && Number.isFinite(sigma))) refuse("sigma", sigma, "greater than 0");
  if (compression !== undefined && !(compression >= 0 && Number.isFinite(compression))) refuse("compression", compression, "0 or more");
  if (hold !== undefined && hold !== "hold" && hold !== "linear") refuse("hold", hold, '"hold" or "linear"');
  if (role === "input") {
    for (const field of ["sigma", "compression", "lab"] as const)
      if (entry[field] !== undefined) refuse(field, entry[field], "given for a measured quantity only");
  } else if (hold !== undefined) refuse("hold", hold, "given for an input only");
  const convert = (of: string, from: string): Conversion => unitTo(name, of, from, modelUnit);
  const { factor, shift } = readingOf(convert(tag ?? "(periods)", unit), entry);
  const spread = Math.abs(factor);
  const boundAs = lab === undefined ? undefined : boundLab(lab, { name, factor, shift }, refuse);
  const known = sigma === undefined ? boundAs?.sigma : sigma * spread;
  const bound: BoundTag = {
    name,
    role,
    tag: tag ?? "",
    unit,
    modelUnit,
    factor,
    shift,
    hold,
    range: entry.range,
    maxGap: entry.maxGap === undefined ? undefined : secondsOf(entry.maxGap, `${name}.maxGap`),
    sigma: known,
    compression: compression === undefined ? undefined : compression * spread,
    reported: lab?.reported,
    ...(boundAs === undefined ? {} : { lab: boundAs.lab }),
  };
  return periods === undefined ? bound : withPeriods(bound, entry, periods, convert, refuse);
}

function unitTo(name: string, tag: string, from: string, to: string): Conversion {
  try {
    return conversion(from, to);
  } catch (cause) {
    throw new GreyboxError(
      "historian/bind-unit",
      { name, tag, from, to, why: (cause as Error).message.replace(/ \[[^\]]*\]$/, "") },
      { cause },
    );
  }
}

function requireFinite(name: string, field: string, value: number): void {
  if (!Number.isFinite(value))
    throw new GreyboxError("historian/bind-value", { name, field, value: String(value), expected: "a finite number" });
}
