/** Hand-written right-hand sides: the same solvers without the equation language. */
import { type Differentiable, GreyboxError, type ModelDefinition, type Sparsity, type System, type SystemSource } from "../core/index.ts";
import { indexOfName } from "./index-of-name.ts";

/** Values by name, in the order they were declared. */
type Numbers = Readonly<Record<string, number>>;

export interface OdeDefinition<P extends string, I extends string, S extends string> {
  readonly name: string;
  /** Unit of time. Default "s". */
  readonly time?: string | undefined;
  readonly states: readonly S[];
  /** Parameters with their values. */
  readonly parameters?: Readonly<Record<P, number>> | undefined;
  readonly inputs?: readonly I[] | undefined;
  /** Initial values by state, shape (n). */
  readonly initial: Readonly<Record<S, number>>;
  /** Typical sizes, for absolute tolerances. Default: |initial|, or 1 where that is 0. */
  readonly nominal?: Readonly<Partial<Record<S, number>>> | undefined;
  /** 0 for an algebraic state, whose entry of `rhs` is a residual. Default: all 1. */
  readonly mass?: Readonly<Partial<Record<S, 0 | 1>>> | undefined;
  /** Writes dx/dt (or the residual) into `out`. Must be pure. */
  rhs(t: number, x: Float64Array, u: Float64Array, p: Float64Array, out: Float64Array): void;
  /**
   * Where ∂f/∂x can be other than zero: places by rows, then columns, or how far it reaches below and above the diagonal. Differences are then
   * taken of many columns at once, and a large system is solved as a band or as a sparse matrix. Absent: anywhere.
   */
  readonly sparsity?: Sparsity | { readonly below: number; readonly above: number } | undefined;
  /** Writes ∂f/∂x into `out`, at the places of `sparsity`, or row-major, shape (n, n). Absent: differences. */
  jacobian?(t: number, x: Float64Array, u: Float64Array, p: Float64Array, out: Float64Array): void;
}

/**
 * A system from a function. It can be simulated by every method; sensitivities are refused, because a function cannot be
 * differentiated exactly: write the equations as a model for that.
 *
 * @throws GreyboxError `solver/shape`, `solver/non-finite`, `solver/sparsity`
 *
 * @example
 * const decay = odeSystem({ name: "decay", states: ["x"], parameters: { k: 2 }, initial: { x: 1 },
 *   rhs: (t, x, u, p, out) => { out[0] = -p[0] * x[0]; } });
 * simulate(decay, { span: [0, 1] }).at(1).x.toFixed(4); // => "0.1353"
 */
export function odeSystem<const S extends string, P extends string = never, const I extends string = never>(
  definition: OdeDefinition<P, I, S>,
): SystemSource<P, I, S, never, never> {
  const system = systemOf(definition);
  return { name: definition.name, definition: describe(definition), system: () => system };
}

function systemOf(definition: OdeDefinition<string, string, string>): System {
  const { name, states, inputs = [], parameters = {}, initial, nominal = {}, mass = {} } = definition;
  const n = states.length;
  if (n === 0) throw new GreyboxError("solver/shape", { argument: "states", expected: 1, actual: 0, per: "at least one" });
  const x0 = Float64Array.from(states, (state) => required(initial, state, "initial"));
  const names = Object.keys(parameters);
  const p = Float64Array.from(names, (parameter) => required(parameters, parameter, "parameters"));
  const sizes = Float64Array.from(states, (state, i) => Math.abs(nominal[state] ?? x0[i]!) || 1);
  checkMass(name, states, mass);
  const differential = Uint8Array.from(states, (state) => mass[state] ?? 1);
  const only = (size: number, evaluate: Differentiable["evaluate"]): Differentiable => ({ size, evaluate, tangent: () => refuse(name) });
  const system: System = {
    name,
    time: definition.time ?? "s",
    states,
    inputs,
    parameters: names,
    active: new Int32Array(0),
    p,
    nominal: sizes,
    lower: new Float64Array(n).fill(-Infinity),
    initial: only(n, (_t, _x, _u, _p, out) => out.set(x0)),
    rhs: only(n, (t, x, u, p, out) => definition.rhs(t, x, u, p, out)),
    observables: states,
    observe: only(n, (_t, x, _u, _p, out) => out.set(x)),
    differentiable: false,
    ...(differential.includes(0) ? { mass: differential } : {}),
  };
  const sparsity = definition.sparsity && placesOf(definition.sparsity, n);
  if (!definition.jacobian) return sparsity ? { ...system, pattern: sparsity } : system;
  const places = sparsity ?? band(n, n - 1, n - 1);
  const evaluate: Differentiable["evaluate"] = (t, x, u, p, out) => definition.jacobian?.(t, x, u, p, out);
  return { ...system, jacobian: { ...only(places.rows.length, evaluate), sparsity: places } };
}

/** @throws GreyboxError `solver/shape`, `solver/sparsity` */
function placesOf(sparsity: NonNullable<OdeDefinition<string, string, string>["sparsity"]>, n: number): Sparsity {
  if ("below" in sparsity) {
    for (const [side, value] of Object.entries(sparsity)) {
      if (!(Number.isInteger(value) && value >= 0)) throw new GreyboxError("solver/sparsity", { problem: `\`${side}\` is ${value}` });
    }
    return band(n, sparsity.below, sparsity.above);
  }
  const { rows, columns } = sparsity;
  if (rows.length !== columns.length) {
    throw new GreyboxError("solver/shape", {
      argument: "sparsity.columns",
      expected: rows.length,
      actual: columns.length,
      per: "one for each row",
    });
  }
  for (let z = 0; z < rows.length; z++) {
    const [i, j] = [rows[z]!, columns[z]!];
    if (!(i >= 0 && i < n && j >= 0 && j < n)) {
      throw new GreyboxError("solver/sparsity", { problem: `place ${z} is row ${i}, column ${j} of a matrix of ${n} rows` });
    }
    if (z > 0 && (rows[z - 1]! > i || (rows[z - 1] === i && columns[z - 1]! >= j))) {
      throw new GreyboxError("solver/sparsity", { problem: `place ${z}, row ${i}, column ${j}, does not come after the place before it` });
    }
  }
  return sparsity;
}

function band(n: number, below: number, above: number): Sparsity {
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - below); j <= Math.min(n - 1, i + above); j++) {
      rows.push(i);
      columns.push(j);
    }
  }
  return { rows: Int32Array.from(rows), columns: Int32Array.from(columns) };
}

function checkMass(system: string, states: readonly string[], mass: Readonly<Record<string, unknown>>): void {
  if (Array.isArray(mass) || ArrayBuffer.isView(mass)) {
    throw new GreyboxError("solver/mass", { system, entry: "all states", value: "an array or a matrix" });
  }
  for (const [state, value] of Object.entries(mass)) {
    indexOfName("state", state, states, system);
    if (value !== undefined && value !== 0 && value !== 1) throw new GreyboxError("solver/mass", { system, entry: `"${state}"`, value });
  }
}

function required(values: Numbers, name: string, argument: string): number {
  const value = values[name];
  if (value === undefined || !Number.isFinite(value)) {
    throw new GreyboxError("solver/non-finite", { argument, name, value: value ?? Number.NaN });
  }
  return value;
}

function refuse(system: string): never {
  throw new GreyboxError("solver/not-differentiable", { system, why: "its right-hand side is a function, not equations" });
}

/** What is known of a function as data: its names and values. The function itself does not travel. */
function describe(definition: OdeDefinition<string, string, string>): ModelDefinition {
  const { name, time = "s", states, inputs = [], parameters = {}, initial } = definition;
  return {
    name,
    time,
    description: "Hand-written right-hand side; cannot be rebuilt from this description.",
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value, unit: "1" }])),
    inputs: Object.fromEntries(inputs.map((input) => [input, "1"])),
    states: Object.fromEntries(states.map((state) => [state, { unit: "1", initial: initial[state]! }])),
    algebraic: {},
    derivatives: {},
    events: {},
    outputs: {},
  };
}
