/** What data suggests but does not prove: told with its evidence, for a person to write into the mapping, never applied. */

export interface Proposal {
  /** The method that saw it. */
  readonly method: string;
  readonly tags: readonly string[];
  /** Where it begins and ends [s]; absent: throughout. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The sentence a person reads. */
  readonly message: string;
  /** What to declare if it is true. */
  readonly remedy: string;
  /** Figures behind it, in the units that their names say. */
  readonly evidence: Readonly<Record<string, number>>;
}
