/** A model as one WebAssembly module with a memory of its own: numbers are written into views, functions called, results read. */
import type { ModelDefinition, Sparsity } from "../../core/index.ts";
import { type EmitOptions, emitWebAssembly, type Kernel, linkWebAssembly } from "../../kernel/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { modelKernels } from "./model-kernels.ts";

/** Views into the memory of a module; they stay valid. With two lanes, entry i of member m is at `2·i + m` of each. */
export interface ModelWebAssembly {
  readonly lanes: 1 | 2;
  /** States, inputs, parameters: to be written before a call. Parameters have the values of the model; states and inputs are 0. */
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly p: Float64Array;
  /** Written by `rhs`: derivatives, then residuals of implicit quantities. */
  readonly dxdt: Float64Array;
  /** Written by `jacobian`: the values of ∂f/∂x at the places of `sparsity`. */
  readonly entries: Float64Array;
  readonly sparsity: Sparsity;
  rhs(t: number): void;
  jacobian(t: number): void;
  /** The module as bytes, for other hosts. Imports `kernel.memory` and functions of `Math`; `rhs` and `jacobian` take t, then the addresses of x, u, p and out. */
  readonly bytes: Uint8Array;
}

/**
 * Compiles right-hand side and Jacobian of a model to WebAssembly. Its numbers are those of the model's JavaScript but for `exp`, `log` and
 * `pow`, each within one unit in the last place; `docs/generated-code.md` says when it pays.
 *
 * @param options.lanes  2: two members of an ensemble are computed by one call, each with its own states, inputs and parameters. Default: 1
 *
 * @example
 * const wasm = modelWebAssembly(decay);
 * wasm.x[0] = 2;
 * wasm.rhs(0);
 * wasm.dxdt[0]; // => -2
 */
export function modelWebAssembly(
  model: { readonly definition: ModelDefinition; readonly equations: ParsedEquations },
  { lanes = 1 }: EmitOptions = {},
): ModelWebAssembly {
  const { rhs, jacobian, sparsity } = modelKernels(model);
  const parameters = Object.values(model.definition.parameters).map(({ value }) => value);
  const states = model.equations.derivatives.size + model.equations.implicit.size;
  const sizes = [states, Object.keys(model.definition.inputs).length, parameters.length, states, sparsity.rows.length];
  const starts = sizes.map((_, i) => lanes * sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const kernels = [rhs, jacobian];
  const { memory, functions } = linkWebAssembly(
    kernels,
    sizes.reduce((sum, size) => sum + size, 0),
    { lanes },
  );
  const [x, u, p, dxdt, entries] = starts.map((start, i) => new Float64Array(memory.buffer, 8 * start, lanes * sizes[i]!)) as Views;
  for (const [i, value] of parameters.entries()) p.fill(value, lanes * i, lanes * (i + 1));

  const caller = ({ name }: Kernel, out: Float64Array): ((t: number) => void) => {
    const call = functions.get(name)!;
    const places = [x, u, p, out].map(({ byteOffset }) => byteOffset);
    const [xAt, uAt, pAt, outAt] = places as [number, number, number, number];
    return lanes === 1 ? (t) => call(t, xAt, uAt, pAt, outAt) : (t) => call(t, t, xAt, uAt, pAt, outAt);
  };
  let bytes: Uint8Array | undefined;
  return {
    lanes,
    x,
    u,
    p,
    dxdt,
    entries,
    sparsity,
    rhs: caller(rhs, dxdt),
    jacobian: caller(jacobian, entries),
    get bytes() {
      bytes ??= emitWebAssembly(kernels, { lanes });
      return bytes;
    },
  };
}

type Views = [x: Float64Array, u: Float64Array, p: Float64Array, dxdt: Float64Array, entries: Float64Array];
