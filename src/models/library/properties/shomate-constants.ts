/**
 * Constants of Shomate's equation as the NIST Chemistry WebBook gives them, for ideal gases; t = T/1000 K.
 *
 * cp = A + B·t + C·t² + D·t³ + E/t² in J/mol/K; H − H(298.15 K) = A·t + B·t²/2 + C·t³/3 + D·t⁴/4 − E/t + F − H in kJ/mol;
 * S = A·ln t + B·t + C·t²/2 + D·t³/3 − E/(2t²) + G in J/mol/K.
 *
 * @see P. J. Linstrom & W. G. Mallard (eds.), *NIST Chemistry WebBook*, NIST Standard Reference Database 69, webbook.nist.gov.
 * @see M. W. Chase, *NIST-JANAF Thermochemical Tables*, 4th ed., J. Phys. Chem. Ref. Data, Monograph 9 (1998).
 */
export interface ShomateConstants {
  readonly A: number;
  readonly B: number;
  readonly C: number;
  readonly D: number;
  readonly E: number;
  readonly F: number;
  readonly G: number;
  /** Enthalpy of formation at 298.15 K, kJ/mol. */
  readonly H: number;
  /** Where the constants are valid, K. */
  readonly range: readonly [number, number];
}

export const shomateSource = "NIST WebBook: Chase 1998";

export const shomateConstants = {
  nitrogen: {
    ...{ A: 28.98641, B: 1.853978, C: -9.647459, D: 16.63537, E: 0.000117, F: -8.671914, G: 226.4168, H: 0 },
    range: [100, 500],
  },
  oxygen: {
    ...{ A: 31.32234, B: -20.23531, C: 57.86644, D: -36.50624, E: -0.007374, F: -8.903471, G: 246.7945, H: 0 },
    range: [100, 700],
  },
  hydrogen: {
    ...{ A: 33.066178, B: -11.363417, C: 11.432816, D: -2.772874, E: -0.158558, F: -9.980797, G: 172.707974, H: 0 },
    range: [298, 1000],
  },
  steam: {
    ...{ A: 30.092, B: 6.832514, C: 6.793435, D: -2.53448, E: 0.082139, F: -250.881, G: 223.3967, H: -241.8264 },
    range: [500, 1700],
  },
  carbonDioxide: {
    ...{ A: 24.99735, B: 55.18696, C: -33.69137, D: 7.948387, E: -0.136638, F: -403.6075, G: 228.2431, H: -393.5224 },
    range: [298, 1200],
  },
  carbonMonoxide: {
    ...{ A: 25.56759, B: 6.09613, C: 4.054656, D: -2.671301, E: 0.131021, F: -118.0089, G: 227.3665, H: -110.5271 },
    range: [298, 1300],
  },
  methane: {
    ...{ A: -0.703029, B: 108.4773, C: -42.52157, D: 5.862788, E: 0.678565, F: -76.84376, G: 158.7163, H: -74.8731 },
    range: [298, 1300],
  },
  ammonia: {
    ...{ A: 19.99563, B: 49.77119, C: -15.37599, D: 1.921168, E: 0.189174, F: -53.30667, G: 203.8591, H: -45.89806 },
    range: [298, 1400],
  },
} as const satisfies Readonly<Record<string, ShomateConstants>>;
