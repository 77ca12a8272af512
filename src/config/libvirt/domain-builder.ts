import type { CommandOption, DeviceDescription, Property, SourceText } from '../launch-file.ts';
import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { Stretch, XmlElement } from '../xml/xml-element.ts';
import type { DomainTexts } from './domain-texts.ts';

/** What libvirt would put on the command line, in the order of the XML. */
export class DomainBuilder {
  readonly devices: DeviceDescription[] = [];
  readonly options: CommandOption[] = [];
  readonly #texts: DomainTexts;

  constructor(texts: DomainTexts) {
    this.#texts = texts;
  }

  /** `-NAME type,key=value,…`, said by what stands at `at`. */
  option(name: string, at: Stretch, properties: readonly Property[]): void {
    this.options.push(this.#texts.option(name, at, properties));
  }

  /** A device that an element describes. Its id is that of `<alias>`, else `id`, which is how libvirt would call it. */
  device(element: XmlElement, driver: SourceText, id: string, properties: readonly Property[] = []): void {
    const texts = this.#texts;
    const alias = attributeOf(childOf(element, 'alias'), 'name');
    const idText = alias === undefined ? texts.derived(id, element.startTag) : texts.value(alias);
    this.#add(element, driver, idText, properties);
    const zpci = childOf(childOf(element, 'address'), 'zpci');
    const uid = Number(rawValue(zpci, 'uid') ?? '');
    if (zpci !== undefined) this.impliedDevice(zpci.whole, 'zpci', `zpci${String(uid)}`);
  }

  /** A device that libvirt gives no id, whatever its alias. */
  nameless(element: XmlElement, driver: SourceText, properties: readonly Property[] = []): void {
    this.#add(element, driver, null, properties);
  }

  /** A device that no element asks for; it stands where libvirt would add it. */
  impliedDevice(at: Stretch, driver: string, id: string): void {
    const range = this.#texts.range(at);
    const [driverText, idText] = [this.#texts.derived(driver, at), this.#texts.derived(id, at)];
    this.devices.push({ driver: driverText, id: idText, properties: [], range, valueRange: range });
  }

  #add(
    element: XmlElement,
    driver: SourceText,
    id: SourceText | null,
    properties: readonly Property[],
  ): void {
    const range = this.#texts.range(element.whole);
    this.devices.push({ driver, id, properties, range, valueRange: this.#texts.range(element.startTag) });
  }
}

/** The name of a device that libvirt itself gave or would give: that of `<alias>`, else `id`. */
export function aliasOf(element: XmlElement, id: string): string {
  return attributeOf(childOf(element, 'alias'), 'name')?.raw ?? id;
}
