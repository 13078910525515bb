/**
 * Antoine constants as the NIST Chemistry WebBook gives them: log10(p/bar) = A − B/(T/K + C).
 *
 * @see P. J. Linstrom & W. G. Mallard (eds.), *NIST Chemistry WebBook*, NIST Standard Reference Database 69, webbook.nist.gov.
 */
export interface AntoineConstants {
  readonly A: number;
  /** K */
  readonly B: number;
  /** K */
  readonly C: number;
  /** Where the constants are valid, K. */
  readonly range: readonly [number, number];
  readonly source: string;
}

export const antoineConstants = {
  water: { A: 5.08354, B: 1663.125, C: -45.622, range: [344, 373], source: "NIST WebBook: Bridgeman & Aldrich 1964" },
  methanol: { A: 5.20409, B: 1581.341, C: -33.5, range: [288.1, 356.83], source: "NIST WebBook: Ambrose & Sprake 1970" },
  ethanol: { A: 5.24677, B: 1598.673, C: -46.424, range: [292.77, 366.63], source: "NIST WebBook: Ambrose & Sprake 1970" },
  benzene: { A: 4.01814, B: 1203.835, C: -53.226, range: [287.7, 354.07], source: "NIST WebBook: Williamham, Taylor et al. 1945" },
  toluene: { A: 4.07827, B: 1343.943, C: -53.773, range: [308.52, 384.66], source: "NIST WebBook: Williamham, Taylor et al. 1945" },
  ethylbenzene: { A: 4.07488, B: 1419.315, C: -60.539, range: [329.74, 410.27], source: "NIST WebBook: Williamham, Taylor et al. 1945" },
} as const satisfies Readonly<Record<string, AntoineConstants>>;
