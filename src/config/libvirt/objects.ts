import type { Property } from '../launch-file.ts';
import { attributeOf, childOf, childrenOf } from '../xml/xml-element.ts';
import type { Stretch, XmlElement } from '../xml/xml-element.ts';
import type { Domain } from './domain.ts';

/** `-name`; `-object` of what other options name: threads, memory, protection; and `-append`. */
export function readObjects(domain: Domain): void {
  const { element, texts, out } = domain;
  readText(domain, 'name', childOf(element, 'name'));
  for (const { id, at } of threads(element)) {
    out.option('object', at, [
      texts.implied('qom-type', 'iothread', at),
      texts.implied('id', `iothread${id}`, at),
    ]);
  }
  readMemoryBacking(domain);
  const security = attributeOf(childOf(element, 'launchSecurity'), 'type');
  if (security !== undefined) {
    out.option('object', security.valueAt, [
      texts.fromAttribute('qom-type', security, `${security.raw}-guest`),
      texts.implied('id', 'lsec0', security.valueAt),
    ]);
  }
  readText(domain, 'append', childOf(childOf(element, 'os'), 'cmdline'));
}

/** An option whose value is the text of an element. */
function readText({ texts, out }: Domain, option: string, element: XmlElement | undefined): void {
  const value = texts.content(element);
  if (element === undefined || value === undefined) return;
  const name = texts.derived(option, element.startTag);
  out.options.push({ name, value, properties: [], range: texts.range(element.whole) });
}

/** `<iothreads>` is how many there are, `<iothreadids>` what some of them are called. */
function threads(element: XmlElement): { id: string; at: Stretch }[] {
  const named = childrenOf(childOf(element, 'iothreadids'), 'iothread').flatMap((one) => {
    const id = attributeOf(one, 'id');
    return id === undefined ? [] : [{ id: id.raw, at: id.valueAt }];
  });
  const counter = childOf(element, 'iothreads');
  if (counter?.text === undefined || counter.text === null) return named;
  const count = Math.min(Number.parseInt(counter.text.raw, 10) || 0, MOST_THREADS);
  const taken = new Set(named.map(({ id }) => id));
  for (let id = 1; taken.size < count; id++) {
    if (taken.has(String(id))) continue;
    taken.add(String(id));
    named.push({ id: String(id), at: counter.text });
  }
  return named;
}

const MOST_THREADS = 1_000;

/**
 * The memory of the guest, of which matters whether another process can map it: one object, or one a NUMA cell
 * (libvirt qemuBuildMemoryBackendProps).
 */
function readMemoryBacking({ element, texts, out }: Domain): void {
  const backing = childOf(element, 'memoryBacking');
  const source = attributeOf(childOf(backing, 'source'), 'type');
  const hugepages = childOf(backing, 'hugepages');
  const type = TYPES[source?.raw ?? (hugepages === undefined ? '' : 'file')] ?? 'memory-backend-ram';
  const access = attributeOf(childOf(backing, 'access'), 'mode');
  const memory = childOf(element, 'memory');
  const cells = childrenOf(childOf(childOf(element, 'cpu'), 'numa'), 'cell');
  for (const cell of cells.length > 0 ? cells : [memory]) {
    if (cell === undefined) continue;
    const at = source?.valueAt ?? hugepages?.startTag ?? cell.startTag;
    const own = attributeOf(cell, 'memAccess') ?? access;
    const shared: Property[] =
      own === undefined ? [] : [texts.fromAttribute('share', own, own.raw === 'shared' ? 'on' : 'off')];
    out.option('object', cell.startTag, [texts.implied('qom-type', type, at), ...shared]);
  }
}

const TYPES: Readonly<Record<string, string>> = {
  file: 'memory-backend-file',
  memfd: 'memory-backend-memfd',
};
