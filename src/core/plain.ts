/**
 * Values as JSON without loss: typed arrays keep their kind, and the numbers that JSON lacks (NaN, ±Infinity, −0) are written as text.
 *
 * JSON itself keeps every other double exactly, so what is read back has the same bits.
 */

/** Such as `{ "$array": "Float64Array", "values": [1, "Infinity"] }` and `{ "$number": "-0" }`. */
const arrays = { Float64Array, Uint32Array, Int32Array, Uint8Array, Int8Array } as const;
type ArrayKind = keyof typeof arrays;

/** Plain JSON data for a value made of objects, lists, numbers, text, truth values, null and typed arrays. `undefined` entries are left out. */
export function toPlain(value: unknown): unknown {
  if (typeof value === "number") return isJsonNumber(value) ? value : { $number: numberText(value) };
  if (ArrayBuffer.isView(value)) {
    const kind = value.constructor.name;
    if (!isArrayKind(kind)) throw new TypeError(`${kind} has no plain form.`);
    const values = Array.from(value as unknown as ArrayLike<number>, (x) => (isJsonNumber(x) ? x : numberText(x)));
    return { $array: kind, values };
  }
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, toPlain(entry)]])));
  }
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    throw new TypeError(`A ${typeof value} has no plain form.`);
  return value;
}

/** The inverse of {@link toPlain}. */
export function fromPlain(plain: unknown): unknown {
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (typeof plain !== "object" || plain === null) return plain;
  if ("$number" in plain) return Number(plain.$number);
  if ("$array" in plain && "values" in plain && Array.isArray(plain.values) && isArrayKind(plain.$array)) {
    return arrays[plain.$array].from(plain.values.map(Number));
  }
  return Object.fromEntries(Object.entries(plain).map(([key, entry]) => [key, fromPlain(entry)]));
}

function isJsonNumber(x: number): boolean {
  return Number.isFinite(x) && !Object.is(x, -0);
}

function numberText(x: number): string {
  return Object.is(x, -0) ? "-0" : String(x);
}

function isArrayKind(kind: unknown): kind is ArrayKind {
  return typeof kind === "string" && Object.hasOwn(arrays, kind);
}
