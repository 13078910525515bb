/**
 * Equations along an axis become equations of cells: finite volumes, so that what leaves one cell enters the next.
 *
 * `ddz(F)` in cell i is (F at its far face − F at its near face)/h, whatever F is made of: the sum over all cells is what enters minus what leaves, to the last
 * bit. At a face a quantity has the value of its scheme, and a derivative inside `F` is the difference of the neighbouring cells over h.
 *
 * @see S. V. Patankar, Numerical Heat Transfer and Fluid Flow, Hemisphere 1980, ch. 5; R. J. LeVeque, Finite Volume Methods for Hyperbolic
 *   Problems, Cambridge 2002, §6.4 (second-order upwind: Beam–Warming slopes).
 */
import { type Expression, namesIn } from "../language/expression.ts";
import { problem, type Report } from "../language/problem.ts";
import { add, div, mul, name, number, replaced, sub } from "./algebra.ts";
import { type End, ownSlope, slopeOver } from "./boundary.ts";
import { type Axis, type Field, placeInSteps } from "./fields.ts";
import type { FieldExpression, Operator } from "./read.ts";

/** Where in the model an expression stands. Cells count from 1; face k is between cells k and k + 1, faces 0 and `cells` are the ends. */
export type Place =
  | { readonly kind: "lumped" }
  | { readonly kind: "cell"; readonly axis: Axis; readonly cell: number }
  /** `bound`: its value enters a balance, so the ends must be known. */
  | { readonly kind: "face"; readonly axis: Axis; readonly face: number; readonly bound: boolean }
  /** The equation at an end of `own`. */
  | { readonly kind: "end"; readonly axis: Axis; readonly face: number; readonly own: Field };

export interface Expander {
  expand(of: FieldExpression, place: Place, where: string): Expression;
  /** The value at an end, where no equation is given: that of the cells beside it. */
  extrapolated(field: Field, end: "start" | "end"): Expression;
  /** Sums of cells that means are made of, by name. */
  readonly sums: ReadonlyMap<string, { readonly unit: string; readonly is: Expression }>;
  /** Velocities whose sign decides where values come from. */
  readonly velocities: ReadonlySet<string>;
}

/** Cells that one sum takes: longer sums are made of several. */
const block = 50;

export function expander(
  fields: ReadonlyMap<string, Field>,
  axes: ReadonlyMap<string, Axis>,
  ends: (field: Field, end: "start" | "end") => End | undefined,
  report: Report,
): Expander {
  const sums = new Map<string, { unit: string; is: Expression }>();
  const velocities = new Set<string>();
  const told = new Set<string>();
  const inside = new Set<string>();
  let where = "";
  const refuse = (what: string, remedy: string): Expression => {
    if (!told.has(`${where} ${what}`)) report(problem("model/along", { where }, { what, remedy }));
    told.add(`${where} ${what}`);
    return number(0);
  };

  const cellName = (field: Field, cell: number): Expression => name(`${field.name}[${cell}]`);
  const endName = (field: Field, end: "start" | "end"): Expression => name(`${field.name}.${end}`);

  function resolve(of: FieldExpression, place: Place): Expression {
    return replaced(of.expression, (used) => {
      const operator = of.operators.get(used);
      if (operator) return applied(operator, place);
      const field = fields.get(used);
      if (field) return quantityAt(field, place);
      const axis = axes.get(used);
      return axis && coordinate(axis, place);
    });
  }

  function coordinate(axis: Axis, place: Place): Expression {
    if (place.kind === "lumped" || place.axis !== axis)
      return refuse(
        `"${axis.name}" is a place along the axis, and this equation is not along it`,
        `Give the quantity \`along: "${axis.name}"\`.`,
      );
    return placeInSteps(axis, place.kind === "cell" ? place.cell - 0.5 : place.face);
  }

  function quantityAt(field: Field, place: Place): Expression {
    const { name: of, axis } = field;
    if (place.kind === "lumped")
      return refuse(
        `"${of}" has a value for each cell along "${axis.name}"`,
        `Take one with at(${of}, end) or mean(${of}), or give the quantity \`along: "${axis.name}"\`.`,
      );
    if (place.axis !== axis)
      return refuse(`"${of}" is along "${axis.name}", not along "${place.axis.name}"`, "Quantities of one equation lie along one axis.");
    if (place.kind === "cell") return cellName(field, place.cell);
    if (place.kind === "end" && field === place.own) return name(of);
    if (field.kind === "explicit") {
      // A circle is reported with the cells; here it only has to end.
      if (field.is === undefined || inside.has(of)) return name(of);
      inside.add(of);
      const found = resolve(field.is, place);
      inside.delete(of);
      return found;
    }
    if (field.kind === "implicit")
      return refuse(
        `"${of}" is solved for in cells and has no value between them`,
        `Put its equation in terms of states, or take ${of} out of the derivative.`,
      );
    if (place.kind === "end") return endName(field, place.face === 0 ? "start" : "end");
    return atFace(field, place.face, place.bound);
  }

  function atFace(field: Field, face: number, bound: boolean): Expression {
    const { axis, flow, scheme } = field;
    const signed = flow !== "forward" && flow !== "backward" && flow !== "none";
    if (face === 0 || face === axis.cells) {
      const end = face === 0 ? "start" : "end";
      const entry = flow === "none" || signed || flow === (end === "start" ? "forward" : "backward");
      const known = ends(field, end);
      if (bound && entry && known === undefined)
        missing(
          field,
          end,
          signed
            ? `what flows with "${flow}" may enter there`
            : flow === "none"
              ? `it has no \`flow\`, so nothing else says what it is there`
              : "what flows enters there",
        );
      // A given value holds where the flow enters; what leaves is carried out by the flow.
      if (known?.fixed && signed && bound)
        return blend(
          flow,
          end === "start" ? [endName(field, end), extrapolated(field, end)] : [extrapolated(field, end), endName(field, end)],
        );
      return endName(field, end);
    }
    const [left, right] = [cellName(field, face), cellName(field, face + 1)];
    if (flow === "none" || scheme === "central") return div(add(left, right), number(2));
    const forward = upwind(field, left, face === 1 ? undefined : cellName(field, face - 1), "start");
    const backward = upwind(field, right, face === axis.cells - 1 ? undefined : cellName(field, face + 2), "end");
    if (signed) return blend(flow, [forward, backward]);
    return flow === "forward" ? forward : backward;
  }

  /** A line through the two values upstream; beside an end through the value there, half a cell away. */
  function upwind(field: Field, near: Expression, far: Expression | undefined, end: "start" | "end"): Expression {
    if (field.scheme === "upwind-1") return near;
    if (far !== undefined) return div(sub(mul(number(3), near), far), number(2));
    return ends(field, end) === undefined ? near : sub(mul(number(2), near), endName(field, end));
  }

  /** The first where the velocity is not negative, else the second. */
  function blend(velocity: string, [forward, backward]: readonly [Expression, Expression]): Expression {
    velocities.add(velocity);
    const share = name(`${velocity}.forward`);
    return add(mul(share, forward), mul(sub(number(1), share), backward));
  }

  function extrapolated(field: Field, end: "start" | "end"): Expression {
    const { cells } = field.axis;
    const [near, far] = end === "start" ? [1, 2] : [cells, cells - 1];
    if (field.scheme === "upwind-1") return cellName(field, near);
    return div(sub(mul(number(3), cellName(field, near)), cellName(field, far)), number(2));
  }

  function missing(field: Field, end: "start" | "end", why: string): void {
    const key = `${field.name}.${end}`;
    if (told.has(key) || field.boundary[end] !== undefined) return; // One that is wrong has been told.
    told.add(key);
    const { name: quantity, axis } = field;
    const example = end === "start" ? `${quantity} = ${quantity}In` : `dd${axis.name}(${quantity}) = 0`;
    report(problem("model/boundary-missing", { where: `boundaries.${quantity}` }, { quantity, end, why, example }));
  }

  function applied(operator: Operator, place: Place): Expression {
    if (operator.kind === "mean" || operator.kind === "integral") return average(operator.kind, operator.of);
    if (operator.kind === "at") return reading(operator.of, operator.place);
    const axis = axes.get(operator.axis)!;
    if (place.kind === "lumped" || place.axis !== axis)
      return refuse(
        `A derivative along "${axis.name}" stands in an equation that is not along it`,
        `Give the quantity \`along: "${axis.name}"\`, or take the derivative at one place, as at(dd${axis.name}(…), end).`,
      );
    if (operator.kind === "first") {
      if (place.kind === "cell")
        return div(sub(faceOf(operator.of, axis, place.cell), faceOf(operator.of, axis, place.cell - 1)), name(axis.step));
      if (place.kind === "end" && isName(operator.of, place.own.name)) return name(ownSlope(place.own));
      return gradient(operator.of, axis, place.face, place.kind === "face" && place.bound);
    }
    if (place.kind !== "cell")
      return refuse(
        "A second derivative stands where only a value at a face is known",
        `Write it as dd${axis.name}(dd${axis.name}(…)) of what is inside, or outside of the other derivative.`,
      );
    const { cell } = place;
    return div(sub(gradient(operator.of, axis, cell, true), gradient(operator.of, axis, cell - 1, true)), name(axis.step));
  }

  const isName = (of: FieldExpression, wanted: string): boolean => of.expression.op === "name" && of.expression.name === wanted;
  const faceOf = (of: FieldExpression, axis: Axis, face: number): Expression => resolve(of, { kind: "face", axis, face, bound: true });

  function gradient(of: FieldExpression, axis: Axis, face: number, bound: boolean): Expression {
    const inCell = (cell: number): Expression => resolve(of, { kind: "cell", axis, cell });
    const h = name(axis.step);
    if (face > 0 && face < axis.cells) return div(sub(inCell(face + 1), inCell(face)), h);
    const end = face === 0 ? "start" : "end";
    const field = of.expression.op === "name" ? fields.get(of.expression.name) : undefined;
    for (const used of field?.kind === "state" ? [field] : fieldsIn(of)) {
      if (bound && ends(used, end) === undefined) missing(used, end, `its second derivative is used, and so its derivative there`);
    }
    if (field?.kind === "state") return ends(field, end)?.slope ?? slopeOver(field, end === "start" ? 1 : -1);
    const value = resolve(of, { kind: "face", axis, face, bound: false });
    const rise = face === 0 ? sub(inCell(1), value) : sub(value, inCell(axis.cells));
    return div(mul(number(2), rise), h);
  }

  /** States that an expression is made of, also through explicit quantities. */
  function fieldsIn(of: FieldExpression): Field[] {
    const found = new Set<Field>();
    const seen = new Set<string>();
    const look = (part: FieldExpression): void => {
      for (const used of namesIn(part.expression)) {
        const field = fields.get(used);
        if (field?.kind === "state") found.add(field);
        else if (field?.is && !seen.has(used)) {
          seen.add(used);
          look(field.is);
        }
      }
    };
    look(of);
    return [...found];
  }

  function average(kind: "mean" | "integral", of: FieldExpression): Expression {
    const field = of.expression.op === "name" ? fields.get(of.expression.name) : undefined;
    if (field === undefined)
      return refuse(
        `${kind} is taken of an expression`,
        `Give the expression a name under \`algebraic\`, with \`along\`, and take ${kind} of it.`,
      );
    const { axis } = field;
    const part = (from: number, to: number): Expression => {
      let sum = cellName(field, from);
      for (let cell = from + 1; cell <= to; cell++) sum = add(sum, cellName(field, cell));
      return sum;
    };
    let total = part(1, Math.min(block, axis.cells));
    if (axis.cells > block) {
      const parts: Expression[] = [];
      for (let from = 1; from <= axis.cells; from += block) {
        const sum = `${field.name}.sum[${parts.length + 1}]`;
        sums.set(sum, { unit: field.unit, is: part(from, Math.min(from + block - 1, axis.cells)) });
        parts.push(name(sum));
      }
      total = parts.reduce(add);
    }
    return kind === "mean" ? div(total, number(axis.cells)) : mul(total, name(axis.step));
  }

  function reading(of: FieldExpression, at: number | "start" | "end"): Expression {
    const axis = axisOf(of);
    if (axis === undefined) return refuse("at(…) is taken of something that is not along an axis", "Use the quantity itself.");
    const face = (k: number): Expression => resolve(of, { kind: "face", axis, face: k, bound: false });
    if (at === "start") return face(0);
    if (at === "end") return face(axis.cells);
    const widths = at * axis.cells;
    if (Number.isInteger(widths) && (widths === 0 || widths === axis.cells)) return face(widths);
    const inCell = (cell: number): Expression => resolve(of, { kind: "cell", axis, cell });
    const behind = Math.floor(widths - 0.5); // Cells whose middle lies before the place.
    const between = (left: Expression, right: Expression, share: number): Expression =>
      share === 0 ? left : add(left, mul(number(share), sub(right, left)));
    if (behind < 0) return between(face(0), inCell(1), 2 * widths);
    if (behind >= axis.cells - 1) {
      return widths === axis.cells - 0.5
        ? inCell(axis.cells)
        : between(inCell(axis.cells), face(axis.cells), 2 * (widths - axis.cells + 0.5));
    }
    return between(inCell(behind + 1), inCell(behind + 2), widths - 0.5 - behind);
  }

  function axisOf(of: FieldExpression): Axis | undefined {
    let axis: Axis | undefined;
    for (const operator of of.operators.values()) axis ??= "axis" in operator ? axes.get(operator.axis) : undefined;
    for (const used of namesIn(of.expression)) axis ??= fields.get(used)?.axis ?? axes.get(used);
    return axis;
  }

  return {
    expand(of, place, at) {
      where = at;
      return resolve(of, place);
    },
    extrapolated,
    sums,
    velocities,
  };
}
