/** What chains say of themselves: whether they agree, and how many independent draws they are worth. */

/**
 * Split R̂: chains are cut in halves, and the spread between halves is compared with the spread within. Near 1 where chains agree.
 *
 * @param chains  draws of one quantity, at least four in each
 *
 * @see A. Gelman et al., *Bayesian Data Analysis*, 3rd ed., CRC 2013, §11.4.
 */
export function splitRHat(chains: readonly Float64Array[]): number {
  const halves = chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2);
    return [chain.subarray(0, half), chain.subarray(chain.length - half)];
  });
  const n = halves[0]!.length;
  const means = halves.map(mean);
  const within = mean(Float64Array.from(halves, (half, i) => variance(half, means[i]!)));
  const between = n * variance(Float64Array.from(means), mean(means));
  if (within === 0) return between === 0 ? 1 : Infinity;
  return Math.sqrt((n - 1) / n + between / (n * within));
}

/**
 * Effective sample size of all chains together, from autocorrelations summed in pairs as long as they stay positive and fall.
 *
 * @see C. J. Geyer, Statistical Science 7 (1992) 473–483 (initial monotone sequence); A. Gelman et al., 2013, §11.5.
 */
export function effectiveSize(chains: readonly Float64Array[]): number {
  const n = Math.min(...chains.map((chain) => chain.length));
  const total = n * chains.length;
  const means = chains.map(mean);
  const variances = chains.map((chain, i) => variance(chain, means[i]!));
  const within = mean(variances);
  const over = ((n - 1) / n) * within + (chains.length > 1 ? variance(Float64Array.from(means), mean(means)) : 0);
  if (!(over > 0)) return total;
  const correlation = (lag: number): number => {
    let sum = 0;
    for (const [i, chain] of chains.entries()) {
      let own = 0;
      for (let k = 0; k + lag < n; k++) own += (chain[k]! - means[i]!) * (chain[k + lag]! - means[i]!);
      sum += own / n;
    }
    return 1 - (within - sum / chains.length) / over;
  };
  let [tau, before] = [-1, Infinity];
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = Math.min(correlation(lag) + correlation(lag + 1), before);
    if (pair <= 0) break;
    tau += 2 * pair;
    before = pair;
  }
  return total / Math.max(tau, 1 / Math.log10(Math.max(total, 10)));
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function variance(values: ArrayLike<number>, about: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - about) ** 2;
  return sum / (values.length - 1);
}
