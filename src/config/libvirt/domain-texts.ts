import type { Property, SourceText } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import { OptionTexts } from '../option-texts.ts';
import { sourceText } from '../source-texts.ts';
import { attributeOf } from '../xml/xml-element.ts';
import type { XmlAttribute, XmlElement } from '../xml/xml-element.ts';
import { xmlWord } from '../xml/xml-word.ts';

/** Makes properties of QEMU out of what stands in the XML, each with the place that says it. */
export class DomainTexts extends OptionTexts {
  readonly source: string;

  constructor(source: string, lines: LineIndex) {
    super(lines);
    this.source = source;
  }

  /** The value of an attribute as it is written, entities resolved. */
  value({ valueAt }: XmlAttribute): SourceText {
    return sourceText(this.lines, xmlWord(this.source, valueAt));
  }

  /** The text of an element without children; undefined if it has none. */
  content(element: XmlElement | undefined): SourceText | undefined {
    if (element?.text === undefined || element.text === null) return undefined;
    return sourceText(this.lines, xmlWord(this.source, element.text));
  }

  /** QEMU's `key` with what an attribute says, or with `value` where libvirt translates that. */
  fromAttribute(key: string, attribute: XmlAttribute, value?: string): Property {
    const { nameAt, valueAt } = attribute;
    const text = this.value(attribute);
    return {
      key: { text: key, range: this.range(nameAt), known: true },
      value: value === undefined ? text : { ...text, text: value },
      valueType: 'text',
      from: 'device',
      // With the quotation mark that closes the value.
      range: this.range({ start: nameAt.start, end: valueAt.end + 1 }),
    };
  }

  /** The same, if the element has the attribute. */
  optional(key: string, element: XmlElement | undefined, name: string): Property[] {
    const attribute = attributeOf(element, name);
    return attribute === undefined ? [] : [this.fromAttribute(key, attribute)];
  }
}
