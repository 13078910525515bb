/** Types of what is taken out of mathjs; see `scripts/vendor.mjs`. */
export { parse } from "mathjs";

/** Name → [SI scale, offset, name of its prefixes, exponents of kg, m, s, A, K, cd, mol, bit]. */
export const unitTable: readonly (readonly [name: string, entry: readonly [number, number, string, readonly number[]]])[];
/** Name of a set of prefixes → its prefixes and their factors, the empty one first. */
export const prefixTable: readonly (readonly [set: string, prefixes: readonly (readonly [string, number])[]])[];
