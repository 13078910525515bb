/** Densities of standardised errors: what a deviation costs, how that changes, and how much it tells. */
import { logGamma, normalCdf } from "../../core/index.ts";

/** Of one deviation z. */
export interface Density {
  /** −ln of the density at z, up to no constant: ∫ exp(−loss) = 1. */
  loss(z: number): number;
  /** Derivative of the loss. */
  score(z: number): number;
  /** Derivative of the score; its expected value where it is not smooth. */
  bend(z: number): number;
  /** Expected information on the location, for σ = 1. */
  readonly location: number;
  /** Expected information on ln σ. */
  readonly scale: number;
}

export type DensityKind = "gaussian" | "student" | "huber" | "laplace";

/** Where the corner of the Laplace density is rounded, in scales: a search needs a second derivative somewhere. */
const corner = 0.02;

const logRootTwoPi = 0.5 * Math.log(2 * Math.PI);

/**
 * @param shape  degrees of freedom of `student`, threshold of `huber`; not used by the others
 *
 * @see K. L. Lange, R. J. A. Little, J. M. G. Taylor, J. Amer. Statist. Assoc. 84 (1989) 881–896 (information of Student's t);
 *   P. J. Huber, E. M. Ronchetti, *Robust Statistics*, 2nd ed., Wiley 2009, §4.5.
 */
export function densityOf(kind: DensityKind, shape: number): Density {
  switch (kind) {
    case "gaussian":
      return { loss: (z) => 0.5 * z * z + logRootTwoPi, score: (z) => z, bend: () => 1, location: 1, scale: 2 };
    case "laplace":
      return {
        loss: (z) => (Math.abs(z) <= corner ? (z * z) / (2 * corner) + 0.5 * corner : Math.abs(z)) + Math.LN2,
        score: (z) => Math.max(-1, Math.min(1, z / corner)),
        bend: () => 1,
        location: 1,
        scale: 1,
      };
    case "student": {
      const constant = logGamma(shape / 2) - logGamma((shape + 1) / 2) + 0.5 * Math.log(Math.PI * shape);
      return {
        loss: (z) => 0.5 * (shape + 1) * Math.log1p((z * z) / shape) + constant,
        score: (z) => ((shape + 1) * z) / (shape + z * z),
        bend: (z) => ((shape + 1) * (shape - z * z)) / (shape + z * z) ** 2,
        location: (shape + 1) / (shape + 3),
        scale: (2 * shape) / (shape + 3),
      };
    }
    case "huber": {
      const core = 2 * normalCdf(shape) - 1;
      const tails = (2 / shape) * Math.exp(-0.5 * shape * shape);
      const mass = Math.sqrt(2 * Math.PI) * core + tails;
      const inside = (Math.sqrt(2 * Math.PI) * core) / mass;
      // E[(zψ)²]: the fourth moment within the threshold, and beyond it the square of threshold·z.
      const k = shape;
      const edge = 2 * Math.exp(-0.5 * k * k);
      const within = 3 * Math.sqrt(2 * Math.PI) * core - edge * (k * k * k + 3 * k);
      const beyond = edge * k * k * (k + 2 / k + 2 / (k * k * k));
      return {
        loss: (z) => (Math.abs(z) <= shape ? 0.5 * z * z : shape * (Math.abs(z) - 0.5 * shape)) + Math.log(mass),
        score: (z) => Math.max(-shape, Math.min(shape, z)),
        bend: (z) => (Math.abs(z) <= shape ? 1 : 0),
        location: inside,
        scale: (within + beyond) / mass - 1,
      };
    }
    default:
      return kind satisfies never;
  }
}

/**
 * A value of which only is known that it lies below (side −1) or above (+1) a limit, with Gaussian errors: −ln Φ(−side·z).
 *
 * @param z  (computed − limit)/σ
 */
export function censoredLoss(z: number, side: number): number {
  const a = side < 0 ? z : -z;
  return -logNormalCdf(-a);
}

/** Derivative of {@link censoredLoss} with respect to z. */
export function censoredScore(z: number, side: number): number {
  return side < 0 ? millsInverse(z) : -millsInverse(-z);
}

/** Second derivative of {@link censoredLoss}: what the point tells of the location. */
export function censoredInformation(z: number, side: number): number {
  const a = side < 0 ? z : -z;
  const hazard = millsInverse(a);
  return Math.max(hazard * (hazard - a), 0);
}

/** A value of which only is known that it lies between two limits, with Gaussian errors. */
export interface Between {
  /** −ln of the probability. */
  readonly loss: number;
  /** Derivative with respect to z. */
  readonly score: number;
  /** Second derivative with respect to z: what the point tells of the location. */
  readonly information: number;
  /** Derivative with respect to ln σ. */
  readonly scale: number;
}

/**
 * @param z  (computed − middle of the limits)/σ
 * @param half  half the distance of the limits, over σ
 */
export function betweenLimits(z: number, half: number): Between {
  const d = Math.abs(z);
  const [a, b] = [half - d, -half - d];
  const [above, below] = [logNormalCdf(a), logNormalCdf(b)];
  const logP = above + Math.log1p(-Math.exp(below - above));
  const [fa, fb] = [Math.exp(-0.5 * a * a - logRootTwoPi - logP), Math.exp(-0.5 * b * b - logRootTwoPi - logP)];
  const score = fa - fb;
  const scale = a * fa - b * fb;
  return { loss: -logP, score: z < 0 ? -score : score, information: Math.max(score * score + scale, 0), scale };
}

/** φ(a)/Φ(−a) without loss of digits far out. */
function millsInverse(a: number): number {
  if (a < 30) return Math.exp(-0.5 * a * a - logRootTwoPi - logNormalCdf(-a));
  return a + 1 / (a + 2 / (a + 3 / a));
}

function logNormalCdf(x: number): number {
  if (x > -30) return Math.log(normalCdf(x));
  // Asymptotic: Φ(x) ≈ φ(x)/|x|·(1 − 1/x² + 3/x⁴).
  const s = 1 / (x * x);
  return -0.5 * x * x - logRootTwoPi - Math.log(-x) + Math.log1p(-s + 3 * s * s);
}
