/** Holes of the archive in bound tags: noted on the first point after each, for it was no sensor that failed. */
import { reason } from "../../core/index.ts";
import { archiveHoles } from "../cleaning/archive-holes.ts";
import type { Track } from "./track.ts";

/** The tracks with the first point after a hole of the archive noted. Neither status nor weight changes: windows end at any silence. */
export function notedHoles(tracks: readonly Track[]): Track[] {
  const seen = tracks.map(({ time, cleaned }) => ({
    view: { ...cleaned.view, time },
    order: new Int32Array(time.length).map((_, k) => k),
    grain: cleaned.grain,
  }));
  const { layers } = archiveHoles(seen);
  return tracks.map((track, k) => {
    const layer = layers[k]!;
    if (layer.places.length === 0) return track;
    const reasons = track.reasons.slice();
    for (const place of layer.places) reasons[place]! |= reason.groupStale;
    // Layers speak of places in the raw series; of a quantity of several tags only the count is kept.
    const places = track.parts ? layer.places : layer.places.map((place) => track.cleaned.order[place]!);
    return { ...track, reasons, layers: [...track.layers, { ...layer, places }] };
  });
}
