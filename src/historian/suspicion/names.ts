/** Names of tags: what differs only in writing, and what names the same in two systems. */
import { GreyboxError } from "../../core/index.ts";
import type { TagInfo } from "../series.ts";
import type { Suspicion } from "./suspicion.ts";

/** Letters that look alike in print and on screens, as one of them; applied after NFKC and upper case. */
const lookalikes: Readonly<Record<string, string>> = {
  O: "0",
  Ο: "0",
  О: "0",
  I: "1",
  L: "1",
  "|": "1",
  Α: "A",
  А: "A",
  В: "B",
  Β: "B",
  С: "C",
  Е: "E",
  Ε: "E",
  Н: "H",
  Η: "H",
  К: "K",
  Κ: "K",
  М: "M",
  Μ: "M",
  Р: "P",
  Ρ: "P",
  Т: "T",
  Τ: "T",
  Х: "X",
  Χ: "X",
  º: "°",
  "˚": "°",
};

/** Written as it is meant: composed characters, no blanks around, no byte-order mark or invisible characters. The name itself is kept beside it. */
export function normalisedName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, "")
    .replace(/[\s\u00a0]+/g, " ")
    .trim();
}

/**
 * What is left of a name when writing does not count: case, kinds of blanks and dashes, letters that look alike, µ and μ.
 *
 * @example
 * skeletonOf("Tl-1O1.PV") === skeletonOf("ti-101.pv "); // => true
 */
export function skeletonOf(name: string): string {
  const plain = normalisedName(name)
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\u2010-\u2015\u2212_]/g, "-");
  return Array.from(plain, (letter) => lookalikes[letter] ?? letter).join("");
}

/** Groups of tags whose names differ in writing only: one of them may be a misprint of the other. Both are shown as they are. */
export function lookalikeNames(tags: readonly TagInfo[]): readonly Suspicion[] {
  const groups = new Map<string, string[]>();
  for (const { tag } of tags) groups.set(skeletonOf(tag), [...(groups.get(skeletonOf(tag)) ?? []), tag]);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      kind: "name",
      tags: group,
      from: -Infinity,
      to: Infinity,
      reason: "identitySuspect",
      evidence: `${group.map((tag) => JSON.stringify(tag)).join(" and ")} differ in writing only`,
      proposal: "Bind the one that the plant means, by its exact name.",
      figures: { count: group.length },
    }));
}

/** A tag with the system it comes from: `site/area/tag`. */
export interface QualifiedTag extends TagInfo {
  /** Such as "leuna/dcs1". */
  readonly namespace: string;
}

/**
 * Tags of several systems under names that are unique. A name that occurs in one system only may be used alone as well.
 *
 * @throws GreyboxError `historian/tag-ambiguous` by the function it gives, for a bare name that several systems have
 *
 * @example
 * const find = qualified([{ namespace: "north", tag: "TI1" }, { namespace: "south", tag: "TI1" }, { namespace: "south", tag: "FI7" }]);
 * find("FI7").namespace; // => "south"
 */
export function qualified(tags: readonly QualifiedTag[]): (name: string) => QualifiedTag {
  return (name) => {
    const exact = tags.filter(({ namespace, tag }) => `${namespace}/${tag}` === name);
    const bare = exact.length > 0 ? exact : tags.filter(({ tag }) => tag === name);
    if (bare.length === 1) return bare[0]!;
    throw new GreyboxError("historian/tag-ambiguous", { tag: name, candidates: bare.map(({ namespace, tag }) => `${namespace}/${tag}`) });
  };
}
