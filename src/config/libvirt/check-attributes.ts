import { nearestName } from '../../base/nearest-name.ts';
import { libvirtAttributes } from '../../catalog/libvirt-attributes.ts';
import type { Problem } from '../problem.ts';
import { attributeOf, childOf, type XmlAttribute, type XmlElement } from '../xml/xml-element.ts';
import type { DomainTexts } from './domain-texts.ts';

/** Values of a domain that libvirt does not take, and elements that it leaves out, as far as they are known here. */
export function checkAttributes(domain: XmlElement, texts: DomainTexts): Problem[] {
  const problems: Problem[] = [];
  check(domain, '', texts, problems);
  return problems;
}

function check(element: XmlElement, parent: string, texts: DomainTexts, problems: Problem[]): void {
  if (problems.length >= MOST_PROBLEMS) return;
  const known = libvirtAttributes(parent, element.name);
  for (const attribute of element.attributes) {
    const doc = known.find(({ name }) => name === attribute.name);
    if (doc !== undefined && !isTaken(attribute, doc.values)) {
      problems.push(wrongValue(element.name, attribute, doc.values, texts));
    } else if (doc === undefined && known.length > 0 && !OTHERS.includes(attribute.name)) {
      const meant = nearestName(attribute.name, [...known.map(({ name }) => name), ...OTHERS]);
      if (meant === undefined || meant === attribute.name || OTHERS.includes(meant)) continue;
      const message = `libvirt leaves out ${attribute.name}=; did you mean ${meant}=?`;
      const range = texts.range(attribute.nameAt);
      problems.push({ code: 'unknown-attribute', severity: 'warning', message, range });
    }
  }
  problems.push(...checkHostDevice(element, parent, texts));
  for (const child of element.children) {
    if (element.name === 'devices') problems.push(...unknownElement(child, DEVICES, texts));
    else if (element.name === 'domain') problems.push(...unknownElement(child, SECTIONS, texts));
    check(child, element.name, texts, problems);
  }
}

/** What of the host is given to the guest: it is named, and a PCI address has numbers. */
function checkHostDevice(element: XmlElement, parent: string, texts: DomainTexts): Problem[] {
  const { name, startTag } = element;
  if (name === 'hostdev' && parent === 'devices' && childOf(element, 'source') === undefined) {
    const message = 'libvirt refuses a <hostdev> that does not say what it is; expected <source> in it';
    return [{ code: 'missing-source', severity: 'error', message, range: texts.range(startTag) }];
  }
  const isPci = name === 'address' && parent === 'source' && attributeOf(element, 'slot') !== undefined;
  if (!isPci) return [];
  return element.attributes.flatMap((attribute) => {
    const most = LARGEST[attribute.name];
    const isNumber = /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(attribute.raw);
    if (most === undefined || (isNumber && Number(attribute.raw) <= most)) return [];
    const message = `'${attribute.raw}' is no ${attribute.name} of a PCI address; expected 0x0 to 0x${most.toString(16)}`;
    return [{ code: 'bad-attribute', severity: 'error', message, range: texts.range(attribute.valueAt) }];
  });
}

/** Parts of a PCI address; the domain may have more than 16 bits. */
const LARGEST: Readonly<Record<string, number>> = {
  domain: 0xffffffff,
  bus: 0xff,
  slot: 0x1f,
  function: 0x7,
};

/** What QEMU gets as it is, QEMU's own options decide; an entity is not looked into. */
function isTaken({ raw, name }: XmlAttribute, values: readonly string[]): boolean {
  if (raw.includes('&')) return true;
  if (NUMBERS.has(name)) return /^\d+$/.test(raw);
  return values.length === 0 || values.includes(raw) || PASSED_ON.has(name) || raw === 'default';
}

/** Numbers that libvirt makes something else of. */
const NUMBERS: ReadonlySet<string> = new Set(['queues', 'iothread']);
/** Attributes that become properties of QEMU with the same value, which are looked at there. */
const PASSED_ON: ReadonlySet<string> = new Set([
  'ioeventfd',
  'event_idx',
  'packed',
  'iommu',
  'ats',
  'page_per_vq',
  'version',
]);

function wrongValue(
  element: string,
  attribute: XmlAttribute,
  values: readonly string[],
  texts: DomainTexts,
): Problem {
  const { name, raw, nameAt, valueAt } = attribute;
  const isEmpty = valueAt.end === valueAt.start;
  const range = texts.range(isEmpty ? nameAt : valueAt);
  const expected = NUMBERS.has(name) ? 'a whole number' : `one of ${values.join(', ')}`;
  const nearest = nearestName(raw, values);
  const meant = nearest === undefined ? `expected ${expected}` : `did you mean '${nearest}'?`;
  const message = `'${raw}' is no ${name} of <${element}> that libvirt takes; ${meant}`;
  return { code: 'bad-attribute', severity: 'error', message, range };
}

function unknownElement(
  { name, startTag: { start } }: XmlElement,
  known: ReadonlySet<string>,
  texts: DomainTexts,
): Problem[] {
  // A name with a prefix belongs to another program.
  const meant = known.has(name) || name.includes(':') ? undefined : nearestName(name, known);
  if (meant === undefined) return [];
  const range = texts.range({ start, end: start + 1 + name.length });
  const message = `libvirt leaves out <${name}>; did you mean <${meant}>?`;
  return [{ code: 'unknown-element', severity: 'warning', message, range }];
}

const MOST_PROBLEMS = 50;

/** Attributes of those elements that have nothing to do with interrupts. */
const OTHERS: readonly string[] = [
  'id',
  'dev',
  'cache',
  'check',
  'match',
  'index',
  'model',
  'name',
  'sgio',
  'snapshot',
  'tray',
  'trustGuestRxFilters',
  'discard',
  'error_policy',
  'rerror_policy',
  'copy_on_read',
  'detect_zeroes',
  'discard_no_unmap',
  'metadata_cache',
  'rss',
  'rss_hash_report',
  'rotation_rate',
  'removable',
  'ports',
  'vectors',
  'migratable',
  'aw_bits',
  'dma_translation',
  'granule',
  'passthrough',
  'pciBus',
  'xtsup',
  'pt',
  'accel',
  'autodeflate',
  'freePageReporting',
  'rawio',
  'type',
  'access_mode',
  'ram',
  'display',
  'max_bytes',
  'queue_size',
  'statistics',
  'status',
  'wwpn',
];

/** The elements of a domain that are read here; no others are near to them in their letters. */
const SECTIONS: ReadonlySet<string> = new Set(['devices', 'features']);

/** The elements of `<devices>` (libvirt src/conf/domain_conf.c virDomainDefParseXML). */
const DEVICES: ReadonlySet<string> = new Set([
  'audio',
  'channel',
  'console',
  'controller',
  'crypto',
  'disk',
  'emulator',
  'filesystem',
  'graphics',
  'hostdev',
  'hub',
  'input',
  'interface',
  'iommu',
  'lease',
  'memballoon',
  'memory',
  'nvram',
  'panic',
  'parallel',
  'pstore',
  'redirdev',
  'redirfilter',
  'rng',
  'serial',
  'shmem',
  'smartcard',
  'sound',
  'tpm',
  'video',
  'vsock',
  'watchdog',
]);
