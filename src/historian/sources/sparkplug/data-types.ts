/** Codes of the Sparkplug B payload: types of metrics and the fields that hold their values. */

/**
 * Types a metric can declare, by name.
 *
 * @see Eclipse Sparkplug 3.0.0, §6.4.16 "Data Types".
 */
export const dataType = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
  UUID: 15,
} as const;

export type DataType = keyof typeof dataType;

/** Field of the metric that holds its value: the numbers of the protobuf definition. */
export const valueField = { none: 0, int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15, other: 16 } as const;

/**
 * A value as its type means it.
 *
 * Integers travel as unsigned words of 32 or 64 bits. `value` of a word of 64 bits comes signed.
 */
export function typedValue(value: number, field: number, type: number): number {
  if (field === valueField.int) {
    if (type === dataType.Int32) return value | 0;
    if (type === dataType.Int16) return (value << 16) >> 16;
    if (type === dataType.Int8) return (value << 24) >> 24;
    return value;
  }
  if (field === valueField.long && value < 0 && (type === dataType.UInt64 || type === dataType.DateTime)) return value + 2 ** 64;
  return value;
}

/** True for types whose values are numbers, or words that a map can turn into numbers. */
export function isReadable(type: number): boolean {
  return type >= dataType.Int8 && type <= dataType.UUID;
}

/** True where a value lasts until the next one by nature: switches, states and texts. */
export function isStepped(type: number): boolean {
  return type === dataType.Boolean || type === dataType.String || type === dataType.Text;
}
