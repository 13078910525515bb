/** The frame of a page: HTML without scripts or outside resources. */
import { style } from "./style.ts";
import { escaped } from "./svg.ts";

export function document(title: string, parts: readonly string[]): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escaped(title)}</title><style>${style}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    ...parts.filter((part) => part !== ""),
    "</body></html>\n",
  ].join("\n");
}
