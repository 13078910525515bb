/**
 * Seeded random numbers that are the same on every machine and for every number of workers.
 *
 * A stream is named by a seed and a label, so member 17 of an ensemble draws the same numbers wherever it runs.
 */

export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Integer in [0, bound). */
  integer(bound: number): number;
  /** An independent stream named after this one and the label. */
  fork(label: string | number): Random;
}

/**
 * A stream of random numbers.
 *
 * @param seed  any finite number or text; equal seeds give equal streams
 *
 * @see sfc32 by C. Doty-Humphrey (PractRand), period about 2^128 on average; seeded by FNV-1a and twelve discarded draws.
 */
export function random(seed: number | string): Random {
  const name = String(seed);
  let [a, b, c, d] = [fnv1a(name, 0x811c9dc5), fnv1a(name, 0x9e3779b9), fnv1a(name, 0x85ebca6b), 1];
  let spare: number | undefined;

  const next = (): number => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();

  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  return {
    uniform,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      // Marsaglia's polar method: no trigonometric call, two normals a turn.
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const s = x * x + y * y;
        if (s > 0 && s < 1) {
          const factor = Math.sqrt((-2 * Math.log(s)) / s);
          spare = y * factor;
          return x * factor;
        }
      }
    },
    integer: (bound) => Math.floor(uniform() * bound),
    fork: (label) => random(`${name}/${label}`),
  };
}

/** FNV-1a over UTF-16 code units. */
function fnv1a(text: string, basis: number): number {
  let hash = basis | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
