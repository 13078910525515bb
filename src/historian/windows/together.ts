/** Doubts that take all bound tags at once: what stands still at one instant in most of them is the communication. */
import { reason } from "../../core/index.ts";
import { groupFreezeLayers } from "../cleaning/companions.ts";
import type { Rules } from "../cleaning/rules.ts";
import type { Track } from "./track.ts";

/** The tracks with what froze together doubted: the last usable value from the start of the standstill on. */
export function frozenTogether(tracks: readonly Track[], rules: Rules): Track[] {
  if (rules.companions === false) return [...tracks];
  // A set-point rests by nature, and a laboratory has no communication to lose.
  const seen = tracks.map(({ time, value, status, reasons, cleaned, raw, bound, hold }) => {
    const rests = bound.reported !== undefined || (bound.role === "input" && hold === "hold") || raw.info.stepped === true;
    const order = new Int32Array(rests ? 0 : time.length).map((_, k) => k);
    return { view: { ...cleaned.view, time, value, status, reasons }, order, grain: cleaned.grain };
  });
  const layers = groupFreezeLayers(seen, rules.companions);
  return tracks.map((track, k) => {
    const layer = layers[k]!;
    if (layer.places.length === 0) return track;
    const [status, reasons] = [track.status.slice(), track.reasons.slice()];
    const [weight, usable] = [track.weight.slice(), track.usable.slice()];
    for (const place of layer.places) {
      reasons[place]! |= reason.groupStale;
      if (layer.status >>> 30 > status[place]! >>> 30) status[place] = layer.status;
      weight[place] = Math.min(weight[place]!, rules.weights.uncertain);
      if (weight[place] === 0) usable[place] = 0;
    }
    // Layers speak of places in the raw series; of a quantity of several tags only the count is kept.
    const places = track.parts ? layer.places : layer.places.map((place) => track.cleaned.order[place]!);
    return { ...track, status, reasons, weight, usable, layers: [...track.layers, { ...layer, places }] };
  });
}
