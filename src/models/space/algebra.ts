/** Small pieces of algebra on expressions: sums and products that leave out zeros and ones, names replaced, and what is linear in a name. */
import { type Expression, namesIn } from "../language/expression.ts";

export const number = (value: number): Expression => ({ op: "number", value });
export const name = (of: string): Expression => ({ op: "name", name: of });

const isNumber = (e: Expression, value: number): boolean => e.op === "number" && e.value === value && e.unit === undefined;

export function neg(of: Expression): Expression {
  if (of.op === "number") return { ...of, value: of.value === 0 ? 0 : -of.value };
  return of.op === "neg" ? of.of : { op: "neg", of };
}

export function add(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0)) return right;
  if (isNumber(right, 0)) return left;
  return right.op === "neg" ? { op: "sub", left, right: right.of } : { op: "add", left, right };
}

export function sub(left: Expression, right: Expression): Expression {
  if (isNumber(right, 0)) return left;
  if (isNumber(left, 0)) return neg(right);
  return right.op === "neg" ? { op: "add", left, right: right.of } : { op: "sub", left, right };
}

export function mul(left: Expression, right: Expression): Expression {
  if (isNumber(left, 0) || isNumber(right, 0)) return number(0);
  if (isNumber(left, 1)) return right;
  if (isNumber(right, 1)) return left;
  if (left.op === "neg") return neg(mul(left.of, right));
  return right.op === "neg" ? neg(mul(left, right.of)) : { op: "mul", left, right };
}

export function div(left: Expression, right: Expression): Expression {
  if (isNumber(right, 1) || isNumber(left, 0)) return left;
  if (left.op === "neg") return neg(div(left.of, right));
  return right.op === "neg" ? neg(div(left, right.of)) : { op: "div", left, right };
}

/** The expression with names replaced; undefined leaves a name as it is. */
export function replaced(expression: Expression, replace: (name: string) => Expression | undefined): Expression {
  if (expression.op === "name") return replace(expression.name) ?? expression;
  const part = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(part);
    return typeof value === "object" && value !== null && "op" in value ? replaced(value as Expression, replace) : value;
  };
  // Every field that is an expression is replaced by one, whatever the operation.
  return Object.fromEntries(Object.entries(expression).map(([field, value]) => [field, part(value)])) as unknown as Expression;
}

/** `rest` plus each factor times its name. */
export interface Linear {
  readonly factors: ReadonlyMap<string, Expression>;
  readonly rest: Expression;
}

/** Takes apart an expression that is linear in some names; undefined where it is not. */
export function linearIn(expression: Expression, atoms: ReadonlySet<string>): Linear | undefined {
  const free = (e: Expression): boolean => [...namesIn(e)].every((used) => !atoms.has(used));
  const scaled = (linear: Linear | undefined, by: (e: Expression) => Expression): Linear | undefined =>
    linear && { factors: new Map([...linear.factors].map(([atom, factor]) => [atom, by(factor)])), rest: by(linear.rest) };
  const split = (e: Expression): Linear | undefined => {
    if (free(e)) return { factors: new Map(), rest: e };
    switch (e.op) {
      case "name":
        return { factors: new Map([[e.name, number(1)]]), rest: number(0) };
      case "neg":
        return scaled(split(e.of), neg);
      case "add":
      case "sub": {
        const [left, right] = [split(e.left), split(e.right)];
        if (!left || !right) return undefined;
        const join = e.op === "add" ? add : sub;
        const factors = new Map(left.factors);
        for (const [atom, factor] of right.factors) factors.set(atom, join(factors.get(atom) ?? number(0), factor));
        return { factors, rest: join(left.rest, right.rest) };
      }
      case "mul":
        if (free(e.left)) return scaled(split(e.right), (part) => mul(e.left, part));
        return free(e.right) ? scaled(split(e.left), (part) => mul(part, e.right)) : undefined;
      case "div":
        return free(e.right) ? scaled(split(e.left), (part) => div(part, e.right)) : undefined;
      default:
        return undefined;
    }
  };
  return split(expression);
}
