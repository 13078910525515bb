/**
 * Proposes which tag is which quantity of a model, from names, units and ranges, for a person to review.
 *
 * Nothing is decided here: units are those that the source or the name of the tag states, never others that would fit better; where none is
 * stated there stands "?", which no binding accepts.
 */
import type { AnySource } from "../../core/index.ts";
import type { FileOptions } from "../files/options.ts";
import type { Historian } from "../open.ts";
import { type Portrait, portraitOf } from "../portrait/portrait.ts";
import { told } from "../portrait/suspicions.ts";
import type { Mapping, ReviewNote } from "./mapping.ts";
import { type Candidate, type Fit, fitOf, least, type Quantity, quantitiesOf } from "./score.ts";

export interface ProposedTag {
  readonly quantity: string;
  readonly role: "input" | "measured";
  /** Unit of the model. */
  readonly modelUnit: string;
  /** undefined: no tag fits. */
  readonly tag: string | undefined;
  /** As stated; "?" where nobody states it. */
  readonly unit: string | undefined;
  readonly evidence: readonly string[];
  readonly review: readonly string[];
  /** Other tags that fit, best first, at most three. */
  readonly others: readonly string[];
}

export interface ProposedMapping {
  readonly mapping: Mapping;
  readonly tags: readonly ProposedTag[];
  /** Tags that were proposed for nothing. */
  readonly unused: readonly string[];
}

/** Where a unit is not known. */
export const unknownUnit = "?";

/** Tags nearly as good as the best are told of. */
const close = 1;

/**
 * Proposes a mapping.
 *
 * @param written  file and options that the historian was opened with: they become part of the mapping
 *
 * @example
 * const { tags: proposed } = await proposeMapping(plant, reactor);
 * proposed.find(({ quantity }) => quantity === "T")!.evidence; // => ["its name says temperature"]
 */
export async function proposeMapping(
  historian: Historian,
  model?: AnySource,
  written: Mapping["historian"] = {},
): Promise<ProposedMapping> {
  const portrait = await portraitOf(historian, undefined, { parts: 0, suspect: "tags" });
  const candidates = historian.tags.map((info, i): Candidate => ({ info, extent: portrait.tags[i]?.extent, portrait: portrait.tags[i] }));
  const quantities = model ? quantitiesOf(model.definition) : [];
  const fits = quantities.map((quantity) =>
    candidates
      .flatMap((candidate) => {
        const fit = fitOf(quantity, candidate);
        return fit && fit.points >= least ? [{ candidate, fit }] : [];
      })
      .sort((a, b) => b.fit.points - a.fit.points),
  );
  const chosen = assigned(fits);
  const tags = quantities.map((quantity, i): ProposedTag => {
    const best = chosen[i];
    const others = fits[i]!.filter(({ candidate }) => candidate !== best?.candidate);
    const head = {
      quantity: quantity.name,
      role: quantity.role,
      modelUnit: quantity.unit,
      others: others.slice(0, 3).map(({ candidate }) => candidate.info.tag),
    };
    if (best === undefined) return { ...head, tag: undefined, unit: undefined, evidence: [], review: missing(quantity) };
    const rivals = others.filter(({ fit }) => fit.points > best.fit.points - close).map(({ candidate }) => candidate.info.tag);
    const ambiguous = rivals.length > 0 ? [`${rivals.slice(0, 3).join(", ")} would do nearly as well`] : [];
    return {
      ...head,
      tag: best.candidate.info.tag,
      unit: best.fit.unit ?? unknownUnit,
      evidence: best.fit.evidence,
      review: [...best.fit.notes, ...ambiguous, ...recordNotes(best.candidate, quantity)],
    };
  });
  const used = new Set(tags.map(({ tag }) => tag));
  return {
    mapping: mappingFrom(tags, portrait, model, written),
    tags,
    unused: candidates.flatMap(({ info }) => (used.has(info.tag) ? [] : [info.tag])),
  };
}

interface Pair {
  readonly candidate: Candidate;
  readonly fit: Fit;
}

/** Best pairs first, each tag and each quantity once. */
function assigned(fits: readonly (readonly Pair[])[]): readonly (Pair | undefined)[] {
  const pairs = fits
    .flatMap((list, i) => list.map((pair) => ({ i, pair })))
    .sort((a, b) => b.pair.fit.points - a.pair.fit.points || a.i - b.i);
  const chosen: (Pair | undefined)[] = fits.map(() => undefined);
  const taken = new Set<string>();
  for (const { i, pair } of pairs) {
    const { tag } = pair.candidate.info;
    if (chosen[i] || taken.has(tag)) continue;
    chosen[i] = pair;
    taken.add(tag);
  }
  return chosen;
}

const missing = ({ role }: Quantity): readonly string[] =>
  role === "input" ? ["no tag fits; an input needs one, or a constant: { constant, unit }"] : [];

/** What the record says that a binding may have to declare. */
function recordNotes({ portrait }: Candidate, { role }: Quantity): readonly string[] {
  if (!portrait) return [];
  const { noise, compression, quantum, status, points } = portrait;
  const digits = (x: number): string => String(Number(x.toPrecision(2)));
  return [
    role === "measured" && noise > 0 ? `fast noise of about ${digits(noise)}: declare sigma where the instrument's is known` : "",
    compression !== undefined && role === "measured" ? `looks compressed by about ${digits(compression)}: declare compression` : "",
    quantum > noise && quantum > 0 ? `comes in steps of ${digits(quantum)}` : "",
    status.bad > 0.1 * points ? `${Math.round((100 * status.bad) / points)} % of its points are Bad` : "",
  ].filter((note) => note !== "");
}

function mappingFrom(
  tags: readonly ProposedTag[],
  portrait: Portrait,
  model: AnySource | undefined,
  written: Mapping["historian"],
): Mapping {
  const bound = tags.filter(({ tag }) => tag !== undefined);
  const review: ReviewNote[] = [
    ...tags.flatMap(({ quantity, review: notes }) => notes.map((note) => ({ about: quantity, note }))),
    ...told(portrait.suspicions.filter(({ kind }) => kind !== "unit-missing" || !model)).map(({ tags: about, seen, proposal }) => ({
      about: about.join(", "),
      note: `${seen} ${proposal}`,
    })),
  ];
  const historian: FileOptions & { file?: string | undefined } = { ...written };
  return {
    historian,
    ...(model
      ? { model: model.definition.name, binding: Object.fromEntries(bound.map(({ quantity, tag, unit }) => [quantity, { tag, unit }])) }
      : {}),
    ...(review.length > 0 ? { review } : {}),
  };
}
