/**
 * Points whose errors are not simply Gaussian: minus the logarithm of their likelihood, and the rows by which a least-squares search sees
 * it. A point has a deviation z and the logarithm λ of the size of its error; it costs loss(z) + λ. Its rows
 *
 *   √i·(dz + z·dλ) | ψ/√i      and      √s·dλ | (1 − z·ψ)/√s,      ψ = loss′(z),
 *
 * with i and s the expected information on location and on λ, have its exact gradient as their product and the expected information as
 * their square: steps are those of Fisher scoring, and the triangle at the solution is the information matrix.
 */
import type { RowTriangle } from "../../core/index.ts";
import { betweenLimits, censoredInformation, censoredLoss, censoredScore, densityOf } from "../likelihood/density.ts";
import type { NoisePlan, Size } from "../question/noise.ts";
import type { TagPlan } from "../question/windows.ts";

/** The points of one tag in one window, in order of time. Owns its arrays. */
export interface ErrorRows {
  /** Before the first point of an evaluation. */
  begin(values: Float64Array, slopes: Float64Array): void;
  /**
   * Takes in point i.
   *
   * @param row  derivatives of `computed` along all unknowns, shape (q); absent where none are wanted
   * @param own  σ where the model computes it, and its derivatives, shape (q)
   * @returns false where the computed value has no likelihood
   */
  add(
    i: number,
    time: number,
    computed: number,
    row: Float64Array | undefined,
    triangle: RowTriangle,
    own?: { sigma: number; readonly row: Float64Array },
  ): boolean;
  /** −ln of the likelihood of the points since `begin`. */
  loss(): number;
  /** Squared length of their right-hand sides. */
  squares(): number;
  /** Standardised deviation of each point at the last evaluation. Shape (k). */
  readonly deviations: Float64Array;
  /** Size of the error of each point at the last evaluation, on the scale of the likelihood. Shape (k). */
  readonly sizes: Float64Array;
}

/** Side of a point that is known to lie within the dead band about its value: see `TagPlan`. */
export const within = 2;

/** @param q  number of unknowns */
export function errorRows(noise: NoisePlan, tag: TagPlan, q: number): ErrorRows {
  const { kind, scale, shape, deadBand } = noise;
  const density = densityOf(kind, shape);
  const [rootLocation, rootScale] = [Math.sqrt(density.location), Math.sqrt(density.scale)];
  const perUnit = scale === "log10" ? 1 / Math.LN10 : 1;
  const hasScale =
    [noise.sigma, noise.proportional, noise.correlationTime].some((size) => typeof size === "object") ||
    noise.proportional !== undefined ||
    noise.sigmaFrom !== undefined;
  const deviations = new Float64Array(tag.value.length);
  const sizes = new Float64Array(tag.value.length);
  const [dz, dLambda, dBefore] = [new Float64Array(q), new Float64Array(q), new Float64Array(q)];
  let [loss, squares] = [0, 0];
  let [sigma, share, memory] = [0, 0, 0];
  let [logSlopeSigma, logSlopeShare, logSlopeMemory] = [0, 0, 0];
  let [before, timeBefore] = [0, Number.NaN];
  const sizeOf = (size: Size | undefined, values: Float64Array): number => (typeof size === "object" ? values[size.unknown]! : (size ?? 0));
  const logSlope = (size: Size | undefined, values: Float64Array, slopes: Float64Array): number =>
    typeof size === "object" ? slopes[size.unknown]! / values[size.unknown]! : 0;
  const places = [noise.sigma, noise.proportional, noise.correlationTime].map((size) => (typeof size === "object" ? size.unknown : -1));

  const put = (triangle: RowTriangle, factor: number, a: Float64Array, more: number, b: Float64Array, right: number): void => {
    const { rows } = triangle;
    const at = triangle.at();
    for (let j = 0; j < q; j++) rows[at + j] = factor * (a[j]! + more * b[j]!);
    rows[at + q] = right;
    triangle.added();
  };

  return {
    deviations,
    sizes,
    loss: () => loss,
    squares: () => squares,

    begin(values, slopes) {
      [loss, squares] = [0, 0];
      timeBefore = Number.NaN;
      sigma = noise.sigma === undefined ? (tag.sigma ?? Number.NaN) : sizeOf(noise.sigma, values);
      share = sizeOf(noise.proportional, values);
      memory = sizeOf(noise.correlationTime, values);
      logSlopeSigma = logSlope(noise.sigma, values, slopes);
      logSlopeShare = logSlope(noise.proportional, values, slopes);
      logSlopeMemory = logSlope(noise.correlationTime, values, slopes);
    },

    add(i, time, computed, row, triangle, own) {
      const measured = tag.value[i]!;
      const weight = tag.weight[i]!;
      const linear = scale === "linear";
      if (!linear && !(computed > 0)) return false;
      const level = linear ? computed : perUnit * Math.log(computed);
      const slope = linear ? 1 : perUnit / computed;
      let deviation = level - (linear ? measured : perUnit * Math.log(measured));
      let inside = false;
      const side = tag.side ? tag.side[i]! : 0;
      if (deadBand > 0 && side !== within) {
        inside = Math.abs(deviation) <= deadBand;
        deviation = inside ? 0 : deviation - Math.sign(deviation) * deadBand;
      }
      if (own) {
        if (!(own.sigma > 0)) return false;
        sigma = own.sigma;
      }
      const variance = sigma * sigma + share * share * level * level;
      const size = Math.sqrt(variance);
      if (!(size > 0 && size < Infinity)) return false;
      let z = deviation / size;
      let lambda = Math.log(size);
      if (row) {
        for (let j = 0; j < q; j++) {
          const change = row[j]! * slope;
          dLambda[j] = (share * share * level * change) / variance;
          dz[j] = inside ? 0 : change / size;
        }
        if (own) for (let j = 0; j < q; j++) dLambda[j]! += (sigma * own.row[j]!) / variance;
        if (places[0]! >= 0) dLambda[places[0]!]! += (sigma * sigma * logSlopeSigma) / variance;
        if (places[1]! >= 0) dLambda[places[1]!]! += (share * share * level * level * logSlopeShare) / variance;
        for (let j = 0; j < q; j++) dz[j]! -= z * dLambda[j]!;
      }
      sizes[i] = size;
      if (memory > 0) {
        const alone = z;
        const follows = !Number.isNaN(timeBefore);
        const kept = follows ? Math.exp(-(time - timeBefore) / memory) : 0;
        const left = 1 - kept * kept;
        const root = Math.sqrt(left);
        z = (alone - kept * before) / root;
        lambda += 0.5 * Math.log(left);
        if (row) {
          const place = places[2]!;
          const dKept = follows ? ((kept * (time - timeBefore)) / memory) * logSlopeMemory : 0;
          for (let j = 0; j < q; j++) {
            const change = dz[j]!;
            dz[j] = (change - kept * dBefore[j]!) / root;
            dBefore[j] = change;
          }
          if (place >= 0) {
            dz[place]! += (-before * dKept) / root + (z * kept * dKept) / left;
            dLambda[place]! -= (kept * dKept) / left;
          }
        }
        before = alone;
        timeBefore = time;
      }
      deviations[i] = z;
      const root = Math.sqrt(weight);
      if (side === within) {
        const { loss: lost, score, information, scale: onScale } = betweenLimits(z, deadBand / size);
        loss += weight * lost;
        // Along dz, which has −z·dλ in it, and along λ alone, with half its own derivative for a curvature.
        const along = onScale + z * score;
        if (information > 1e-14) {
          const right = (root * score) / Math.sqrt(information);
          squares += right * right;
          if (row) put(triangle, root * Math.sqrt(information), dz, 0, dz, right);
        }
        const bend = Math.abs(along) / 2;
        if (hasScale && bend > 1e-14) {
          const right = (root * along) / Math.sqrt(bend);
          squares += right * right;
          if (row) put(triangle, root * Math.sqrt(bend), dLambda, 0, dz, right);
        }
        return Number.isFinite(loss);
      }
      if (side !== 0) {
        const information = censoredInformation(z, side);
        loss += weight * censoredLoss(z, side);
        if (information > 1e-14) {
          const length = Math.sqrt(information);
          const right = (root * censoredScore(z, side)) / length;
          squares += right * right;
          if (row) put(triangle, root * length, dz, 0, dz, right);
        }
        return Number.isFinite(loss);
      }
      const score = density.score(z);
      loss += weight * (density.loss(z) + lambda + (linear ? 0 : Math.log(measured) - Math.log(perUnit)));
      const right = (root * score) / rootLocation;
      squares += right * right;
      if (row) put(triangle, root * rootLocation, dz, z, dLambda, right);
      if (hasScale) {
        const other = (root * (1 - z * score)) / rootScale;
        squares += other * other;
        if (row) put(triangle, root * rootScale, dLambda, 0, dz, other);
      }
      return Number.isFinite(loss);
    },
  };
}
