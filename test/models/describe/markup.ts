/** A strict reader of the markup that pages are made of: every element closed, attributes quoted, nothing left over. */
import assert from "node:assert/strict";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text directly inside, without escapes. */
  readonly text: string;
}

const empty = new Set(["meta", "br"]);

/** Reads one element; what does not nest is an assertion that fails. */
export function readMarkup(markup: string): Element {
  const root = { name: "", attributes: {}, children: [] as Element[], text: "" };
  const open = [root];
  for (const match of markup.matchAll(/<!doctype html>|<(\/?)([a-zA-Z0-9]+)((?:\s+[a-zA-Z-]+(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)|(.)/g)) {
    const [all, close, name, attributes, selfClosed, text, stray] = match;
    assert.equal(stray, undefined, `"${markup.slice(match.index, match.index + 60)}" is no markup`);
    const top = open.at(-1)!;
    if (text !== undefined) {
      // Style sheets have signs of their own.
      assert.ok(top.name === "style" || !/&(?![a-z]+;|#x?[0-9a-f]+;)/i.test(text), `"${text}" is not escaped`);
      top.text += text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    } else if (close === "/") {
      assert.equal(top.name, name, `${all} closes <${top.name}>`);
      open.pop();
    } else if (name !== undefined) {
      const pairs = [...attributes!.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key!, value ?? ""]);
      const element = { name, attributes: Object.fromEntries(pairs), children: [] as Element[], text: "" };
      top.children.push(element);
      if (!empty.has(name) && selfClosed !== "/") open.push(element);
    }
  }
  assert.equal(open.length, 1, `<${open.at(-1)!.name}> is not closed`);
  assert.equal(root.children.length, 1);
  return root.children[0]!;
}

/** All elements, outer ones first. */
export function* elements(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* elements(child);
}
