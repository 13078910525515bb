/** Loops that are found in long kernels: the same bits, in fewer operations. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  emitWebAssembly,
  instantiate,
  instantiateWebAssembly,
  interpret,
  type Kernel,
  rollKernel,
  type Statement,
  sizeOfKernel,
  type Value,
} from "../../src/kernel/index.ts";

const x = (at: number): Value => ({ op: "load", array: "x", at: { offset: at } });
const local = (number: number): Value => ({ op: "local", local: number });
const number = (value: number): Value => ({ op: "number", value });
const op = (name: "add" | "sub" | "mul", left: Value, right: Value): Value => ({ op: name, left, right });

function kernelOf(body: readonly Statement[]): Kernel {
  const arrays = [
    { name: "x", role: "in" as const },
    { name: "out", role: "out" as const },
  ];
  return { name: "chain", scalars: [{ name: "count", type: "integer" }], arrays, body };
}

interface Chain {
  readonly cells: number;
  /** Cells with an equation of their own. */
  readonly odd: readonly number[];
  /** Whether each face is shared by the cells on both sides, and whether another pass reads the faces again. */
  readonly again: boolean;
  readonly interleaved: boolean;
  readonly directions: boolean;
}

/** Faces between cells, each used by the cell on either side; a source in every cell; here and there a cell that is different. */
function chain({ cells, odd, again, interleaved, directions }: Chain): Kernel {
  const body: Statement[] = [{ do: "let", local: 1, value: op("mul", x(0), number(3)) }];
  let next = 2;
  const faces: number[] = [];
  const sources: number[] = [];
  const stores: Statement[] = [];
  const put = (at: number, value: Value): Statement => ({ do: "store", array: "out", at: { offset: at }, value });
  for (let i = 0; i < cells; i++) {
    const face = op("sub", op("mul", local(1), x(i + 1)), odd.includes(i) ? op("mul", x(i), x(i)) : x(i));
    body.push({ do: "let", local: next, value: face });
    faces.push(next++);
    body.push({ do: "let", local: next, value: { op: "exp", of: op("mul", x(i), number(-0.5)) } });
    sources.push(next++);
    const before: Value = i === 0 ? number(0.5) : local(faces[i - 1]!);
    body.push(put(interleaved ? 2 * i : i, op("sub", op("sub", local(faces[i]!), before), local(sources[i]!))));
    const second = put(interleaved ? 2 * i + 1 : cells + i, op("mul", local(sources[i]!), local(faces[i]!)));
    if (interleaved) body.push(second);
    else stores.push(second);
  }
  body.push(...stores);
  if (again)
    for (let i = 0; i + 2 < cells; i++)
      body.push(put(2 * cells + i, op("add", local(faces[i]!), op("mul", local(faces[i + 2]!), local(faces[1]!)))));
  if (directions) {
    for (let part = 0; part < 2; part++) {
      const rows: Statement[] = [];
      for (let i = part * (cells >> 1); i < (part === 0 ? cells >> 1 : cells); i++) {
        const along: Value = { op: "load", array: "x", at: { offset: i, strides: [{ loop: "k", by: cells + 1 }] } };
        const at = { offset: 3 * cells + i, strides: [{ loop: "k", by: cells }] };
        rows.push({ do: "store", array: "out", at, value: op("mul", local(sources[i]!), along) });
      }
      body.push({ do: "loop", loop: "k", count: "count", body: rows });
    }
  }
  return kernelOf(body);
}

const chains = fc.record({
  cells: fc.integer({ min: 3, max: 90 }),
  odd: fc.array(fc.integer({ min: 0, max: 89 }), { maxLength: 4 }),
  again: fc.boolean(),
  interleaved: fc.boolean(),
  directions: fc.boolean(),
});

test("a kernel with loops gives the bits of the one without, whatever repeats in it", () => {
  fc.assert(
    fc.property(chains, fc.integer({ min: 1, max: 1e6 }), (shape, seed) => {
      const kernel = chain(shape);
      const rolled = rollKernel(kernel, 0);
      const values = Float64Array.from({ length: 3 * (shape.cells + 1) }, (_, i) => Math.sin(seed + i));
      const results = [kernel, rolled].map((one) => {
        const out = new Float64Array(6 * shape.cells);
        interpret(one)(3, values, out);
        return out;
      });
      assert.deepEqual(results[1], results[0]);
      const compiled = new Float64Array(6 * shape.cells);
      instantiate(rolled)(3, values, compiled);
      assert.deepEqual(compiled, results[0]);
    }),
    { numRuns: 150, seed: 4 },
  );
});

test("thousands of cells take as much code as hundreds", () => {
  const sizes = [200, 2000].map((cells) =>
    sizeOfKernel(rollKernel(chain({ cells, odd: [7, 80], again: true, interleaved: false, directions: true }))),
  );
  assert.equal(sizes[0], sizes[1]);
  assert.ok(sizes[0]! < 600, `${sizes[0]} operations`);
});

test("short kernels, and those in which nothing repeats, stay themselves", () => {
  const short = chain({ cells: 20, odd: [], again: false, interleaved: true, directions: false });
  assert.equal(rollKernel(short), short);
  const body = Array.from(
    { length: 400 },
    (_, i): Statement => ({ do: "store", array: "out", at: { offset: i }, value: op("mul", x(i), number(i + 0.5)) }),
  );
  const different = kernelOf(body);
  assert.equal(rollKernel(different, 0), different);
});

test("places that step back, or by no fixed stride, are left alone", () => {
  const body = Array.from(
    { length: 60 },
    (_, i): Statement => ({ do: "store", array: "out", at: { offset: i }, value: op("mul", x(59 - i), number(2)) }),
  );
  body.push(
    ...Array.from(
      { length: 60 },
      (_, i): Statement => ({ do: "store", array: "out", at: { offset: 60 + i }, value: op("mul", x((i * i) % 61), number(2)) }),
    ),
  );
  const kernel = kernelOf(body);
  const out = [kernel, rollKernel(kernel, 0)].map((one) => {
    const result = new Float64Array(120);
    interpret(one)(
      1,
      Float64Array.from({ length: 61 }, (_, i) => Math.cos(i)),
      result,
    );
    return result;
  });
  assert.deepEqual(out[1], out[0]);
});

test("loops found in a kernel are emitted as WebAssembly as well", async () => {
  const shape = { cells: 120, odd: [50], again: true, interleaved: true, directions: true };
  const kernel = rollKernel(chain(shape), 0);
  const values = Float64Array.from({ length: 3 * 121 }, (_, i) => Math.sin(i));
  const [a, b] = [new Float64Array(720), new Float64Array(720)];
  interpret(kernel)(3, values, a);
  instantiateWebAssembly(kernel)(3, values, b);
  for (let i = 0; i < a.length; i++)
    assert.ok(Math.abs(a[i]! - b[i]!) <= 4e-15 * Math.max(1, Math.abs(a[i]!)), `${i}: ${a[i]} and ${b[i]}`);
  assert.ok(emitWebAssembly([kernel]).length > 0);
});
