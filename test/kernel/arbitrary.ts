/** Random kernels for tests that compare one meaning with another. */
import fc from "fast-check";
import type { Kernel, Statement, Test, Value } from "../../src/kernel/index.ts";

/** Doubles that find mistakes: signed zeros, infinities, NaN, halves, large and small. */
export const awkward = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, -0.5, 2, 3, -7.25, 1e-310, -1e-310, 1e154, -1e154, 1e308, Infinity, -Infinity, Number.NaN),
  fc.double({ min: -10, max: 10, noNaN: true }),
);

const allUnaries = "neg exp log log10 sqrt sin cos tan asin acos atan sinh cosh tanh abs sign floor ceil".split(" ");
const allBinaries = "add sub mul div min max atan2 pow".split(" ");
const comparisons = "lt le gt ge eq ne".split(" ");

/** Operations that WebAssembly computes with code of its own, so not with the bits of `Math`. */
const approximate = new Set(["exp", "log", "pow"]);

/** Values made of the given leaves. */
function valueFrom(leaf: fc.Arbitrary<Value>, exact: boolean): fc.Arbitrary<Value> {
  const [unaries, binaries] = [allUnaries, allBinaries].map((all) => all.filter((op) => !exact || !approximate.has(op))) as [
    string[],
    string[],
  ];
  return fc.letrec<{ value: Value; test: Test }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      leaf,
      fc.record({ op: fc.constantFrom(...unaries), of: tie("value") }) as fc.Arbitrary<Value>,
      fc.record({ op: fc.constantFrom(...binaries), left: tie("value"), right: tie("value") }) as fc.Arbitrary<Value>,
      fc.record({ op: fc.constantFrom(...binaries.slice(0, 4)), left: tie("value"), right: tie("value") }) as fc.Arbitrary<Value>,
      fc.record({ op: fc.constant("select"), test: tie("test"), yes: tie("value"), no: tie("value") }) as fc.Arbitrary<Value>,
    ),
    test: fc.oneof(
      { maxDepth: 3 },
      fc.record({ op: fc.constantFrom(...comparisons), left: tie("value"), right: tie("value") }) as fc.Arbitrary<Test>,
      fc.record({ op: fc.constantFrom("and", "or"), left: tie("test"), right: tie("test") }) as fc.Arbitrary<Test>,
      fc.record({ op: fc.constant("not"), of: tie("test") }) as fc.Arbitrary<Test>,
    ),
  })).value;
}

const place = (offset: number): { offset: number } => ({ offset });
const input = fc.nat({ max: 3 }).map((offset): Value => ({ op: "load", array: "x", at: place(offset) }));
const constant = awkward.map((value): Value => ({ op: "number", value }));

/** A kernel over x (4), a scalar s and a counter n: locals, stores to out (6), and a loop whose body reads all of them. */
export const arbitraryKernel = kernelFrom(false);

/** The same without exp, log and pow. */
export const exactKernel = kernelFrom(true);

function kernelFrom(exact: boolean): fc.Arbitrary<Kernel> {
  return fc
    .array(valueFrom(fc.oneof(input, constant, fc.constant<Value>({ op: "scalar", name: "s" })), exact), { minLength: 1, maxLength: 8 })
    .chain((values) => {
      const lets = values.map((value, i): Statement => ({ do: "let", local: i + 1, value, hint: "v" }));
      const local = fc.integer({ min: 1, max: values.length }).map((id): Value => ({ op: "local", local: id }));
      const strided = fc.constantFrom<Value>(
        { op: "load", array: "x", at: { offset: 1, strides: [{ loop: "k", by: 1 }] } },
        { op: "load", array: "x", at: { offset: 0, strides: [{ loop: "k", by: 2 }] } },
      );
      return fc
        .record({
          stores: fc.array(valueFrom(fc.oneof(local, input, constant), exact), { minLength: 1, maxLength: 4 }),
          looped: valueFrom(fc.oneof(local, strided, constant), exact),
        })
        .map(
          ({ stores, looped }): Kernel => ({
            name: "random",
            scalars: [
              { name: "s", type: "number" },
              { name: "n", type: "integer" },
            ],
            arrays: [
              { name: "x", role: "in" },
              { name: "out", role: "out" },
              { name: "w", role: "work", length: 4 },
            ],
            body: [
              ...lets,
              ...stores.map((value, i): Statement => ({ do: "store", array: "w", at: place(i), value })),
              ...stores.map(
                (_, i): Statement => ({ do: "store", array: "out", at: place(i), value: { op: "load", array: "w", at: place(i) } }),
              ),
              {
                do: "loop",
                loop: "k",
                count: "n",
                body: [
                  { do: "let", local: 100, value: looped },
                  { do: "store", array: "out", at: { offset: 4, strides: [{ loop: "k", by: 1 }] }, value: { op: "local", local: 100 } },
                ],
              },
            ],
          }),
        );
    });
}
