/** Systems for tests from ordinary functions over hyper-dual numbers, whose first and mixed second derivatives are exact. */
import type { Differentiable, Directions, System, SystemEvents } from "greybox/core";

/** a + b·ε₁ + c·ε₂ + d·ε₁ε₂ with ε₁² = ε₂² = 0. @see J. A. Fike, J. J. Alonso, AIAA 2011-886. */
export class Hyper {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  constructor(a: number, b = 0, c = 0, d = 0) {
    [this.a, this.b, this.c, this.d] = [a, b, c, d];
  }
  plus(y: Hyper | number): Hyper {
    const o = lift(y);
    return new Hyper(this.a + o.a, this.b + o.b, this.c + o.c, this.d + o.d);
  }
  minus(y: Hyper | number): Hyper {
    const o = lift(y);
    return new Hyper(this.a - o.a, this.b - o.b, this.c - o.c, this.d - o.d);
  }
  times(y: Hyper | number): Hyper {
    const o = lift(y);
    return new Hyper(
      this.a * o.a,
      this.a * o.b + this.b * o.a,
      this.a * o.c + this.c * o.a,
      this.a * o.d + this.b * o.c + this.c * o.b + this.d * o.a,
    );
  }
  over(y: Hyper | number): Hyper {
    const { a } = lift(y);
    return this.times(lift(y).map(1 / a, -1 / (a * a), 2 / (a * a * a)));
  }
  exp(): Hyper {
    const e = Math.exp(this.a);
    return this.map(e, e, e);
  }
  sin(): Hyper {
    return this.map(Math.sin(this.a), Math.cos(this.a), -Math.sin(this.a));
  }
  sqrt(): Hyper {
    const root = Math.sqrt(this.a);
    return this.map(root, 0.5 / root, -0.25 / (root * this.a));
  }
  /** The function with this value and these two derivatives at `a`. */
  map(value: number, first: number, second: number): Hyper {
    return new Hyper(value, first * this.b, first * this.c, first * this.d + second * this.b * this.c);
  }
}

export const lift = (y: Hyper | number): Hyper => (typeof y === "number" ? new Hyper(y) : y);

export type Vector = readonly Hyper[];
export type Equations = (t: Hyper, x: Vector, u: Vector, p: Vector) => (Hyper | number)[];

export interface Written {
  readonly name?: string;
  readonly states: readonly string[];
  readonly parameters?: Readonly<Record<string, number>>;
  readonly inputs?: readonly string[];
  readonly initial: Equations;
  readonly rhs: Equations;
  readonly mass?: readonly number[];
  readonly nominal?: readonly number[];
  readonly lower?: readonly number[];
  readonly outputs?: { readonly names: readonly string[]; readonly of: Equations };
  readonly events?: readonly {
    readonly name: string;
    readonly when: (t: Hyper, x: Vector, u: Vector, p: Vector) => Hyper | number;
    readonly then?: Equations;
    readonly direction?: 1 | 0 | -1;
    readonly terminal?: boolean;
  }[];
  readonly active?: readonly string[];
  readonly autonomous?: boolean;
}

/** Makes a system. Every parameter is active unless `active` names some. */
export function written(definition: Written): System {
  const { states, parameters = {}, inputs = [], events = [] } = definition;
  const names = Object.keys(parameters);
  const n = states.length;
  const active = Int32Array.from((definition.active ?? names).map((name) => names.indexOf(name)));
  const of = (size: number, equations: Equations): Differentiable => differentiable(size, equations, active);
  const rhs = of(n, definition.rhs);
  const outputs = definition.outputs;
  const system: System = {
    name: definition.name ?? "test",
    time: "s",
    states,
    inputs,
    parameters: names,
    active,
    p: Float64Array.from(Object.values(parameters)),
    nominal: Float64Array.from(definition.nominal ?? states.map(() => 1)),
    lower: Float64Array.from(definition.lower ?? states.map(() => -Infinity)),
    initial: of(n, definition.initial),
    rhs,
    jacobian: jacobianOf(n, definition.rhs, active, patternOf(definition, names.length)),
    observables: [...states, ...(outputs?.names ?? [])],
    observe: of(n + (outputs?.names.length ?? 0), (t, x, u, p) => [...x, ...(outputs?.of(t, x, u, p) ?? [])]),
    differentiable: true,
    ...(definition.mass ? { mass: Uint8Array.from(definition.mass) } : {}),
    ...(definition.autonomous === undefined ? {} : { autonomous: definition.autonomous }),
  };
  if (events.length === 0) return system;
  const watched: SystemEvents = {
    names: events.map((event) => event.name),
    directions: Int8Array.from(events, (event) => event.direction ?? 0),
    terminal: Uint8Array.from(events, (event) => (event.terminal ? 1 : 0)),
    when: of(events.length, (t, x, u, p) => events.map((event) => event.when(t, x, u, p))),
    then: events.map((event) => of(n, event.then ?? ((_t, x) => [...x]))),
  };
  return { ...system, events: watched };
}

const vector = (values: Float64Array): Hyper[] => Array.from(values, (value) => new Hyper(value));

function differentiable(size: number, equations: Equations, active: Int32Array): Differentiable {
  return {
    size,
    evaluate(t, x, u, p, out) {
      const values = equations(new Hyper(t), vector(x), vector(u), vector(p));
      for (let i = 0; i < size; i++) out[i] = lift(values[i]!).a;
    },
    tangent(t, x, u, p, along, out) {
      for (let k = 0; k < along.count; k++) {
        const values = equations(...seeded(t, x, u, p, along, k, active));
        for (let i = 0; i < size; i++) out[k * size + i] = lift(values[i]!).b;
      }
    },
  };
}

type Point = [Hyper, Hyper[], Hyper[], Hyper[]];

/** The point, moved along direction k by ε₁, and along state `column` by ε₂. */
function seeded(
  t: number,
  x: Float64Array,
  u: Float64Array,
  p: Float64Array,
  along: Directions,
  k: number,
  active: Int32Array,
  column = -1,
): Point {
  const [n, r, a] = [x.length, u.length, active.length];
  const parameters = vector(p);
  for (let j = 0; j < a; j++) parameters[active[j]!] = new Hyper(p[active[j]!]!, along.dp[k * a + j]!);
  return [
    new Hyper(t, along.dt[k]!),
    Array.from(x, (value, i) => new Hyper(value, along.dx[k * n + i]!, i === column ? 1 : 0)),
    Array.from(u, (value, i) => new Hyper(value, along.du[k * r + i]!)),
    parameters,
  ];
}

/** Places of the Jacobian that are not zero at some point of generic position. */
function patternOf(definition: Written, parameters: number): [number, number][] {
  const n = definition.states.length;
  const generic = (count: number, shift: number): Hyper[] => Array.from({ length: count }, (_, i) => new Hyper(0.37 + 0.173 * i + shift));
  const places: [number, number][] = [];
  for (let j = 0; j < n; j++) {
    const x = generic(n, 0).map((value, i) => (i === j ? new Hyper(value.a, 1) : value));
    const values = definition.rhs(new Hyper(0.41), x, generic(definition.inputs?.length ?? 0, 0.1), generic(parameters, 0.2));
    for (let i = 0; i < n; i++) if (lift(values[i]!).b !== 0) places.push([i, j]);
  }
  return places.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
}

function jacobianOf(n: number, rhs: Equations, active: Int32Array, places: readonly [number, number][]): NonNullable<System["jacobian"]> {
  const rows = Int32Array.from(places, ([row]) => row);
  const columns = Int32Array.from(places, ([, column]) => column);
  const size = places.length;
  const still: Directions = {
    count: 1,
    dt: new Float64Array(1),
    dx: new Float64Array(n),
    du: new Float64Array(64),
    dp: new Float64Array(active.length),
  };
  const fill = (out: Float64Array, from: number, column: number, values: (Hyper | number)[], part: "c" | "d"): void => {
    for (let z = 0; z < size; z++) if (columns[z] === column) out[from + z] = lift(values[rows[z]!]!)[part];
  };
  return {
    size,
    sparsity: { rows, columns },
    evaluate(t, x, u, p, out) {
      for (let j = 0; j < n; j++) fill(out, 0, j, rhs(...seeded(t, x, u, p, still, 0, active, j)), "c");
    },
    tangent(t, x, u, p, along, out) {
      for (let k = 0; k < along.count; k++) {
        for (let j = 0; j < n; j++) fill(out, k * size, j, rhs(...seeded(t, x, u, p, along, k, active, j)), "d");
      }
    },
  };
}
