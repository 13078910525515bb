/** Generated functions for the steps of an explicit method, where the system carries kernels that can be written into them. */
import type { Kernel, SystemKernels } from "../../core/index.ts";
import { compileWebAssembly, instantiate, type KernelMemory } from "../../kernel/index.ts";
import type { ExplicitMethod } from "../methods/method.ts";
import type { Iterate } from "../stepper.ts";
import { allot } from "./arena.ts";
import { explicitKernels, type Region, type StepKernels, type StepShape } from "./explicit-kernels.ts";

/** The work of a step for one number of directions, and the arrays it is done in. */
export interface ExplicitForm {
  /** Rates of the stages, shape (stages, n); their states; rates of their tangents, shape (stages, q·n). */
  readonly k: Float64Array;
  readonly states: Float64Array;
  readonly K: Float64Array;
  /** Takes over parameters and inputs. */
  restart(): void;
  /** Computes all stages but the first, xNext and its error, from the rates at the start. */
  attempt(t: number, h: number): void;
  /** Computes the tangents of all stages but the first, sNext and its error. */
  differentiate(t: number, h: number): void;
  tangentError(out: Float64Array): void;
  polynomial(h: number, out: Float64Array): void;
  tangentPolynomial(h: number, out: Float64Array): void;
}

/**
 * How steps are computed.
 *
 * - `written`: by functions of the library that call the right-hand side.
 * - `webassembly`: by functions generated for the model, where it carries kernels and is not large. Elsewhere as `written`. The same
 *   arithmetic in the same order, with own exp, log and powers, each right to the last bit or next to it.
 * - `javascript`: the same functions in JavaScript, with the bits of `written`: there to compare with.
 */
export type Form = "written" | "webassembly" | "javascript";

type Target = Exclude<Form, "written">;

/** Undefined where the system carries no kernels, or such that cannot be written into a step. */
export function explicitForm(method: ExplicitMethod, iterate: Iterate, target: Target): ExplicitForm | undefined {
  const { system, inputs, x, xNext, error, s, sNext } = iterate;
  const n = x.length;
  const shape: StepShape = {
    n,
    r: system.inputs.length,
    p: system.parameters.length,
    a: system.active.length,
    q: iterate.count,
    moving: inputs.everMoving(),
  };
  const compiled = system.kernels && compile(method, system.kernels, shape, target);
  if (!compiled) return undefined;
  const { places } = compiled.kernels;
  const { memory, functions } = compiled.link();
  const region = (name: Region): Float64Array => memory.subarray(places[name].offset, places[name].offset + places[name].length);
  const { prepare, attempt, differentiate, polynomial, tangentPolynomial } = functions;
  const [size, end] = [s.length, places.stages.offset + (method.b.length - 1) * n];
  const [p, u, slope, dp] = [region("p"), region("u"), region("slope"), region("dp")];
  const [errors, coefficients, tangentErrors, tangentCoefficients] = [
    places.error.offset,
    region("polynomial"),
    region("tangentError"),
    region("tangentPolynomial"),
  ];

  return {
    k: region("rates"),
    states: region("stages"),
    K: region("tangentRates"),

    restart() {
      p.set(iterate.p);
      u.set(inputs.origin);
      slope.set(inputs.slope);
      dp.set(iterate.dp);
      prepare(0, 0, 0);
    },

    attempt(t, h) {
      const from = places.x.offset;
      for (let i = 0; i < n; i++) memory[from + i] = x[i]!;
      attempt(t, h, inputs.begin());
      for (let i = 0; i < n; i++) {
        xNext[i] = memory[end + i]!;
        error[i] = memory[errors + i]!;
      }
    },

    differentiate(t, h) {
      const [from, to] = [places.s.offset, places.sNext.offset];
      for (let i = 0; i < size; i++) memory[from + i] = s[i]!;
      differentiate(t, h, inputs.begin());
      for (let i = 0; i < size; i++) sNext[i] = memory[to + i]!;
    },

    tangentError: (out) => out.set(tangentErrors),

    polynomial(h, out) {
      polynomial(0, h, 0);
      out.set(coefficients);
    },

    tangentPolynomial(h, out) {
      tangentPolynomial(0, h, 0);
      out.set(tangentCoefficients);
    },
  };
}

type Run = (t: number, h: number, begin: number) => void;
const parts = ["prepare", "attempt", "differentiate", "polynomial", "tangentPolynomial"] as const;
type Functions = Readonly<Record<(typeof parts)[number], Run>>;

interface Compiled {
  readonly kernels: StepKernels;
  /** With a memory of its own. */
  link(): { readonly memory: Float64Array; readonly functions: Functions };
}

/** What has been compiled, as long as somebody holds the kernels it was made from. */
const made = new WeakMap<SystemKernels, Map<string, Compiled | undefined>>();

function compile(method: ExplicitMethod, kernels: SystemKernels, shape: StepShape, target: Target): Compiled | undefined {
  const key = [method.name, shape.q, shape.moving, target].join();
  const known = made.get(kernels) ?? new Map<string, Compiled | undefined>();
  made.set(kernels, known);
  if (!known.has(key)) known.set(key, compiledOf(explicitKernels(method, kernels, shape), target));
  return known.get(key);
}

function compiledOf(kernels: StepKernels | undefined, target: Target): Compiled | undefined {
  if (!kernels) return undefined;
  const all = parts.map((part): Kernel => kernels[part]);
  const every = (make: (kernel: Kernel) => Run): Functions =>
    Object.fromEntries(parts.map((part) => [part, make(kernels[part])])) as Functions; // One for each of `parts`.
  if (target === "javascript") {
    return {
      kernels,
      link() {
        const memory = new Float64Array(kernels.length);
        return {
          memory,
          functions: every((kernel) => {
            const run = instantiate(kernel);
            return (t, h, begin) => run(t, h, begin, memory);
          }),
        };
      },
    };
  }
  const link = compileWebAssembly(all);
  const linked = new WeakMap<KernelMemory, ReturnType<typeof link>>();
  return {
    kernels,
    link() {
      const { memory, address, values } = allot(kernels.length);
      const known = linked.get(memory) ?? link(memory);
      linked.set(memory, known);
      return {
        memory: values,
        functions: every(({ name }) => {
          const run = known.get(name)!;
          return (t, h, begin) => run(t, h, begin, address);
        }),
      };
    },
  };
}
