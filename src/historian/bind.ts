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
import { type Duration, secondsOf } from "./duration.ts";

/** What inputs and measured quantities have in common. Numbers are as archived, in `unit`. */
export interface TagBinding {
  readonly tag: string;
  /** Unit in which the tag is archived. */
  readonly unit: string;
  /** −1 where the tag counts the other way. */
  readonly sign?: 1 | -1 | undefined;
  /** Factor on the archived value before its unit applies. */
  readonly scale?: number | undefined;
  /** Values outside are Bad. Default: the range that the source knows. */
  readonly range?: readonly [number, number] | undefined;
  /** Longest stretch without a usable value that is bridged. */
  readonly maxGap?: Duration | undefined;
}

export interface InputBinding extends TagBinding {
  /** Between points. Default: what the source says, else `hold`. */
  readonly hold?: Interpolation | undefined;
}

/** An input that is not measured but known to stay at one value. */
export interface ConstantBinding {
  readonly constant: number;
  readonly unit: string;
}

export interface MeasuredBinding extends TagBinding {
  /** Standard deviation of the measurement error, in `unit`; absent: estimated from the residuals of a fit. */
  readonly sigma?: number | undefined;
  /** Deviation of the historian's compression, in `unit`. Default: what the source says, else 0. */
  readonly compression?: number | undefined;
  /**
   * A laboratory value: its time is the time of the sample; the tag `reported` holds, at the same time, when the result was known, in
   * seconds since 1970 UTC.
   */
  readonly lab?: { readonly reported: string } | undefined;
}

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

function boundTag(name: string, role: "input" | "measured", modelUnit: string, entry: InputBinding & MeasuredBinding): BoundTag {
  const refuse = (field: string, value: unknown, expected: string): never => {
    throw new GreyboxError("historian/bind-value", { name, field, value: JSON.stringify(value) ?? "undefined", expected });
  };
  const { tag, unit, sign = 1, scale = 1, range, sigma, compression, hold, lab } = entry;
  if (typeof tag !== "string" || tag === "") refuse("tag", tag, "the name of a tag");
  if (typeof unit !== "string") refuse("unit", unit, "the unit in which the tag is archived");
  if (sign !== 1 && sign !== -1) refuse("sign", sign, "1 or −1");
  if (!Number.isFinite(scale) || scale === 0) refuse("scale", scale, "a finite number other than 0");
  if (range && !(range[0] < range[1])) refuse("range", range, "[lower, upper] with lower < upper");
  if (sigma !== undefined && !(sigma > 0 && Number.isFinite(sigma))) refuse("sigma", sigma, "greater than 0");
  if (compression !== undefined && !(compression >= 0 && Number.isFinite(compression))) refuse("compression", compression, "0 or more");
  if (hold !== undefined && hold !== "hold" && hold !== "linear") refuse("hold", hold, '"hold" or "linear"');
  if (role === "input") {
    for (const field of ["sigma", "compression", "lab"] as const)
      if (entry[field] !== undefined) refuse(field, entry[field], "given for a measured quantity only");
  } else if (hold !== undefined) refuse("hold", hold, "given for an input only");
  const { factor, shift } = unitTo(name, tag, unit, modelUnit);
  const spread = Math.abs(factor * scale);
  return {
    name,
    role,
    tag,
    unit,
    modelUnit,
    factor: factor * scale * sign,
    shift,
    hold,
    range,
    maxGap: entry.maxGap === undefined ? undefined : secondsOf(entry.maxGap, `${name}.maxGap`),
    sigma: sigma === undefined ? undefined : sigma * spread,
    compression: compression === undefined ? undefined : compression * spread,
    reported: lab?.reported,
  };
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
