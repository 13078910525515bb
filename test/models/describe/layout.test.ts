/** Drawings: boxes never overlap, arrows lead forward unless they are feedback, nothing depends on chance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { columnsOf, orderWithLittleFeedback } from "../../../src/models/describe/layout/layers.ts";
import { type Edge, layout, layoutDefaults } from "../../../src/models/describe/layout/layout.ts";

const anyGraph = fc.integer({ min: 1, max: 25 }).chain((n) =>
  fc.record({
    sizes: fc.array(fc.record({ width: fc.integer({ min: 40, max: 160 }), height: fc.integer({ min: 24, max: 60 }) }), {
      minLength: n,
      maxLength: n,
    }),
    edges: fc
      .uniqueArray(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 50, selector: ([a, b]) => a * 100 + b })
      .map((pairs): Edge[] => pairs.filter(([a, b]) => a !== b).map(([from, to]) => ({ from, to }))),
    direction: fc.constantFrom("right" as const, "down" as const),
  }),
);

test("boxes keep their distance and lie inside the drawing; arrows begin and end at the sides of their boxes", () => {
  fc.assert(
    fc.property(anyGraph, ({ sizes, edges, direction }) => {
      const { boxes, routes, width, height } = layout(sizes, edges, direction);
      for (const [i, a] of boxes.entries()) {
        const own = sizes[i]!;
        assert.ok(a.x - own.width / 2 > -1e-6 && a.x + own.width / 2 < width + 1e-6, `box ${i} in width`);
        assert.ok(a.y - own.height / 2 > -1e-6 && a.y + own.height / 2 < height + 1e-6, `box ${i} in height`);
        for (const [j, b] of boxes.entries()) {
          if (j <= i) continue;
          const apart = [
            Math.abs(a.x - b.x) - (own.width + sizes[j]!.width) / 2,
            Math.abs(a.y - b.y) - (own.height + sizes[j]!.height) / 2,
          ];
          assert.ok(Math.max(...apart) > layoutDefaults.boxGap - 1e-6, `boxes ${i} and ${j}`);
        }
      }
      for (const [e, { from, to }] of edges.entries()) {
        for (const [box, point] of [
          [from, routes[e]![0]!],
          [to, routes[e]!.at(-1)!],
        ] as const) {
          const [dx, dy] = [Math.abs(point.x - boxes[box]!.x), Math.abs(point.y - boxes[box]!.y)];
          const [along, across] =
            direction === "right"
              ? [dx - sizes[box]!.width / 2, dy - sizes[box]!.height / 2]
              : [dy - sizes[box]!.height / 2, dx - sizes[box]!.width / 2];
          assert.ok(Math.abs(along) < 1e-6 && across < 1e-6, `edge ${from} → ${to} at box ${box}`);
        }
      }
      assert.deepEqual(layout(sizes, edges, direction).routes, routes);
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("without circles every arrow leads to a later column, and a chain takes as many columns as it has boxes", () => {
  fc.assert(
    fc.property(anyGraph, ({ sizes, edges }) => {
      const forward = edges.map(({ from, to }) => ({ from: Math.min(from, to), to: Math.max(from, to) }));
      const order = orderWithLittleFeedback(sizes.length, forward);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        [...sizes.keys()],
      );
      const column = columnsOf(order, forward);
      for (const { from, to } of forward) assert.ok(column[from]! < column[to]!);
    }),
    { numRuns: 300, seed: 4 },
  );
  const chain = [0, 1, 2, 3].map((i) => ({ from: i, to: i + 1 }));
  assert.deepEqual([...columnsOf(orderWithLittleFeedback(5, chain), chain)], [0, 1, 2, 3, 4]);
});

test("one arrow of a circle is feedback, not more", () => {
  for (const n of [2, 3, 7]) {
    const circle = Array.from({ length: n }, (_, i) => ({ from: i, to: (i + 1) % n }));
    const order = orderWithLittleFeedback(n, circle);
    const backward = circle.filter(({ from, to }) => order.indexOf(from) > order.indexOf(to));
    assert.equal(backward.length, 1);
  }
});

test("what can be drawn without crossings is: a ladder, given in the wrong order", () => {
  const size = { width: 50, height: 30 };
  const edges = [0, 1, 2, 3, 4].map((i) => ({ from: i, to: 9 - i }));
  const { boxes } = layout(
    Array.from({ length: 10 }, () => size),
    edges,
    "right",
  );
  for (const { from, to } of edges) assert.ok(Math.abs(boxes[from]!.y - boxes[to]!.y) < 1e-6);
});
