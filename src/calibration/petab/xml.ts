/** XML as a tree of elements, by local names. */
import { GreyboxError } from "../../core/index.ts";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text directly inside, trimmed. */
  readonly text: string;
}

interface Open extends Element {
  readonly children: Element[];
  text: string;
}

export async function parseXml(file: string, text: string): Promise<Element> {
  const { SaxesParser } = await import("saxes");
  const root: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack: Open[] = [root];
  const parser = new SaxesParser();
  const local = (name: string): string => name.slice(name.indexOf(":") + 1);
  parser.on("opentag", ({ name, attributes }) => {
    const element: Open = { name: local(name), attributes: attributes as Record<string, string>, children: [], text: "" };
    stack.at(-1)!.children.push(element);
    // What an element divides stays divided: <cn>1<sep/>-8</cn>.
    stack.at(-1)!.text += " ";
    stack.push(element);
  });
  parser.on("text", (part) => {
    stack.at(-1)!.text += part;
  });
  parser.on("closetag", () => {
    const closed = stack.pop()!;
    closed.text = closed.text.trim();
  });
  parser.on("error", (error) => {
    throw new GreyboxError("calibration/petab", { file, line: parser.line, why: error.message });
  });
  parser.write(text).close();
  return root;
}

/** The first child of a name. */
export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((one) => one.name === name);

/** The children of `listOf…`, or none. */
export const listed = (model: Element, name: string): readonly Element[] => child(model, name)?.children ?? [];
