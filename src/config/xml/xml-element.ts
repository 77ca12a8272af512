/** A stretch of the file by its offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** `name="value"` in a start tag; the places are those of the letters, without the quotation marks. */
export interface XmlAttribute {
  readonly name: string;
  /** As written, entities included; `xmlWord` resolves them. */
  readonly raw: string;
  readonly nameAt: Stretch;
  readonly valueAt: Stretch;
}

/** The text of an element, as written. */
export interface XmlContent extends Stretch {
  readonly raw: string;
}

/** An element as far as it could be read; one whose end tag is missing ends where its parent does. */
export interface XmlElement {
  /** With its prefix, e.g. `qemu:arg`. */
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** The text before the first child, blanks around it left out; null if there is none. */
  readonly text: XmlContent | null;
  /** From `<` to behind `>` of the start tag. */
  readonly startTag: Stretch;
  /** From `<` of the start tag to behind `>` of the end tag. */
  readonly whole: Stretch;
}

/** What is wrong with the XML, and where. */
export interface XmlProblem {
  readonly message: string;
  readonly at: Stretch;
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** All children of that name, in order. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The attribute of that name. */
export function attributeOf(element: XmlElement | undefined, name: string): XmlAttribute | undefined {
  return element?.attributes.find((attribute) => attribute.name === name);
}

/** The value of an attribute as it is written; undefined if the element has no such attribute. */
export function rawValue(element: XmlElement | undefined, name: string): string | undefined {
  return attributeOf(element, name)?.raw;
}
