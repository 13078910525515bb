/** Where the data of a fit came from, without the data. */
import { contentHash, convert } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { WindowOrigin } from "../calibrated.ts";

export function originOf(window: Window): WindowOrigin {
  const { name, epoch, time, duration } = window;
  const calendar = epoch !== 0 && time !== "1";
  return { name, hash: contentHash(window), ...(calendar && { span: [epoch, epoch + convert(duration, time, "s")] as const }) };
}
