/** Finds the names that a misspelt one may have meant. */

/**
 * The known names nearest to a wrong one, nearest first, at most three; empty when none is near. Case and separators hardly count.
 *
 * @example
 * nearestNames("cAA", ["cA", "cF", "T"]); // => ["cA"]
 */
export function nearestNames(wrong: string, names: Iterable<string>): string[] {
  const bare = skeleton(wrong).slice(0, 100);
  const limit = Math.max(1, Math.floor(bare.length / 3));
  const scored = [...names].map((name) => ({ name, distance: editDistance(bare, skeleton(name)) }));
  const near = scored.filter(
    ({ distance, name }) =>
      (distance <= limit && distance < Math.max(skeleton(name).length, bare.length)) || (bare.length > 2 && skeleton(name).includes(bare)),
  );
  const least = Math.min(...near.map(({ distance }) => distance));
  return near
    .filter(({ distance }) => distance <= least + 1)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function skeleton(name: string): string {
  return name
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s._\-/]+/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}
