/** Rates through a fixed matrix: what reactions make and use up, so that balances hold whatever the rates are. */
import { GreyboxError } from "../../core/index.ts";

/** What {@link stoichiometry} takes. */
export interface Stoichiometry<M> {
  /** Names of the rates, one a reaction. */
  readonly rates: readonly string[];
  /** Unit of the rates. */
  readonly unit: string;
  /** By species, its coefficient in each reaction: negative where it is used up. */
  readonly matrix: M;
  /** By species, its atoms. Reactions that make or destroy atoms are refused. */
  readonly elements?: { readonly [N in keyof M]: Readonly<Record<string, number>> } | undefined;
}

/** Room for coefficients such as 0.333. */
const slack = 1e-9;

/**
 * Algebraic quantities `net.cA`, …: the sum over all reactions of coefficient times rate. Spread into `algebraic`, and use in the balances.
 *
 * Any combination of species that the matrix conserves is then conserved by the equations themselves: a learned rate cannot break it.
 *
 * @throws GreyboxError `model/stoichiometry` for rows of the wrong length and for reactions that do not conserve the elements given
 *
 * @example
 * stoichiometry({ rates: ["r1", "r2"], unit: "mol/L/min", matrix: { A: [-1, 0], B: [2, -1] } })["net.B"].is; // => "2*r1 - r2"
 */
export function stoichiometry<const M extends Readonly<Record<string, readonly number[]>>>(
  structure: Stoichiometry<M>,
): { readonly [N in `net.${Extract<keyof M, string>}`]: { readonly unit: string; readonly is: string; readonly description: string } } {
  const { rates, unit, matrix, elements } = structure;
  for (const [species, row] of Object.entries(matrix)) {
    if (row.length === rates.length && row.every(Number.isFinite)) continue;
    throw new GreyboxError("model/stoichiometry", {
      what: `the row of "${species}" has ${row.length} coefficients for ${rates.length} rates`,
      remedy: "Give each species one finite coefficient a rate; 0 where it takes no part.",
    });
  }
  if (elements) checkElements(rates, matrix, elements as Readonly<Record<string, Readonly<Record<string, number>>>>);
  const entries = Object.entries(matrix).map(([species, row]) => [
    `net.${species}`,
    { unit, is: sumOf(row, rates), description: `net rate of ${species} in all reactions` },
  ]);
  // One entry a species, under the name that the type says.
  return Object.fromEntries(entries) as ReturnType<typeof stoichiometry<M>>;
}

function sumOf(row: readonly number[], rates: readonly string[]): string {
  let text = "";
  for (const [i, coefficient] of row.entries()) {
    if (coefficient === 0) continue;
    const size = Math.abs(coefficient);
    const term = size === 1 ? rates[i]! : `${size}*${rates[i]}`;
    if (text === "") text = coefficient < 0 ? `-${term}` : term;
    else text += `${coefficient < 0 ? " - " : " + "}${term}`;
  }
  return text === "" ? `0*${rates[0]}` : text;
}

function checkElements(
  rates: readonly string[],
  matrix: Readonly<Record<string, readonly number[]>>,
  elements: Readonly<Record<string, Readonly<Record<string, number>>>>,
): void {
  const names = new Set(Object.values(elements).flatMap((atoms) => Object.keys(atoms)));
  for (const [i, rate] of rates.entries()) {
    for (const element of names) {
      let made = 0;
      for (const [species, row] of Object.entries(matrix)) made += row[i]! * (elements[species]?.[element] ?? 0);
      if (Math.abs(made) <= slack) continue;
      throw new GreyboxError("model/stoichiometry", {
        what: `reaction "${rate}" ${made > 0 ? "makes" : "destroys"} ${Number(Math.abs(made).toPrecision(6))} ${element}`,
        remedy: "Correct the coefficients, or name the species that is missing.",
      });
    }
  }
}
