/** Tells addresses from paths. */

/** True for the address of a server or database: a scheme of more than one letter, for `C:` is a drive. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text);
}
