import type { SourceText, VmDescription } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import type { Problem } from '../problem.ts';
import { targetOf } from '../qemu-program.ts';
import { readXml } from '../xml/read-xml.ts';
import { attributeOf, childOf } from '../xml/xml-element.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { xmlWord } from '../xml/xml-word.ts';
import { checkAttributes } from './check-attributes.ts';
import { withCommandLine, withOverrides } from './command-line.ts';
import { addImplied, readDevices } from './devices.ts';
import { isDomain, isForQemu, lookAround, type Domain } from './domain.ts';
import { DomainBuilder } from './domain-builder.ts';
import { DomainTexts } from './domain-texts.ts';
import { accelerators, machineProperties } from './machine.ts';
import { readObjects } from './objects.ts';
import { cpuProperties, smpProperties } from './processor.ts';

/** The machines of a text in libvirt's XML, and what is wrong with the XML itself. */
export interface LibvirtText {
  readonly machines: readonly VmDescription[];
  readonly problems: readonly Problem[];
}

/**
 * Reads every `<domain>` for QEMU, wherever it stands (`virsh dumpxml`, a snapshot, several in one file), and XML
 * that is nothing but devices, as `virsh attach-device` takes it. A machine is what libvirt's own QEMU command line
 * would make; every option has the place of the element or attribute that says it.
 */
export function readLibvirt(text: string, lines: LineIndex): LibvirtText {
  const { roots, problems } = readXml(text);
  const texts = new DomainTexts(text, lines);
  const domains = roots.flatMap(domainsIn);
  const machines = domains.filter(isForQemu).map((element) => readDomain(element, texts));
  const fragment = domains.length === 0 ? readFragment(roots, texts) : undefined;
  if (fragment !== undefined) machines.push(fragment);
  if (machines.length === 0) return { machines, problems: [] };
  const found = problems.map(({ message, at }): Problem => {
    return { code: 'bad-xml', severity: 'error', message, range: texts.range(at) };
  });
  return { machines, problems: found };
}

/** The domains in an element; none has another inside of it. */
function domainsIn(element: XmlElement): XmlElement[] {
  return isDomain(element) ? [element] : element.children.flatMap(domainsIn);
}

function readDomain(element: XmlElement, texts: DomainTexts): VmDescription {
  const type = childOf(childOf(element, 'os'), 'type');
  const devices = childOf(element, 'devices');
  const domain: Domain = {
    element,
    texts,
    architecture: attributeOf(type, 'arch')?.raw ?? null,
    machine: attributeOf(type, 'machine')?.raw ?? '',
    isKvm: attributeOf(element, 'type')?.raw === 'kvm',
    around: lookAround(devices),
    out: new DomainBuilder(texts),
  };
  withoutDefaults(domain);
  readObjects(domain);
  if (devices !== undefined) {
    readDevices(domain, devices);
    addImplied(domain, devices);
    readGenerationId(domain);
  }
  const vm = description(domain, programOf(domain));
  return withCommandLine(vm, element, texts);
}

/** libvirt always gives QEMU `-nodefaults` (qemuBuildCommandLine). */
function withoutDefaults({ element, texts, out }: Domain): void {
  const name = texts.derived('nodefaults', element.startTag);
  out.options.push({ name, value: null, properties: [], range: name.range });
}

/** `<genid>` stands beside the devices, but is one. */
function readGenerationId({ element, texts, out }: Domain): void {
  const genid = childOf(element, 'genid');
  if (genid !== undefined) out.device(genid, texts.derived('vmgenid', genid.startTag), 'vmgenid0');
}

function description(domain: Domain, program: Pick<VmDescription, 'binary' | 'target'>): VmDescription {
  const { element, texts, out } = domain;
  return {
    range: texts.range(element.whole),
    language: 'libvirt-xml',
    ...program,
    machine: machineProperties(domain),
    accelerators: accelerators(domain),
    cpu: cpuProperties(domain),
    smp: smpProperties(domain),
    devices: withOverrides(out.devices, element, texts),
    globals: [],
    options: out.options,
    unknownArguments: [],
    problems: checkAttributes(element, texts),
  };
}

/** `<emulator>`, or the one that libvirt takes for the architecture. */
function programOf({ element, texts, architecture }: Domain): Pick<VmDescription, 'binary' | 'target'> {
  const emulator = childOf(childOf(element, 'devices'), 'emulator');
  const written = texts.content(emulator);
  const target = architecture === 'i686' ? 'i386' : architecture === 'armv7l' ? 'arm' : architecture;
  if (emulator?.text !== undefined && emulator.text !== null && written !== undefined) {
    return { binary: written, target: target ?? targetOf(xmlWord(texts.source, emulator.text)) };
  }
  const name = target === null ? 'qemu-kvm' : `qemu-system-${target}`;
  const binary: SourceText = texts.derived(name, element.startTag);
  return { binary, target };
}

/** `<hostdev>` and the like without a domain around them. */
function readFragment(roots: readonly XmlElement[], texts: DomainTexts): VmDescription | undefined {
  const candidates = roots.length === 1 && roots[0]?.name === 'devices' ? roots[0].children : roots;
  const children = candidates.filter(isFragment);
  const [first, last] = [children[0], children.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const whole = { start: first.whole.start, end: last.whole.end };
  const element: XmlElement = {
    name: 'devices',
    attributes: [],
    children,
    text: null,
    startTag: first.startTag,
    whole,
  };
  const out = new DomainBuilder(texts);
  const around = lookAround(element);
  const domain: Domain = { element, texts, architecture: null, machine: '', isKvm: true, around, out };
  readDevices(domain, element);
  if (out.devices.length === 0) return undefined;
  return description(domain, { binary: null, target: null });
}

/** Elements whose attributes show that they are libvirt's. */
function isFragment(element: XmlElement): boolean {
  switch (element.name) {
    case 'hostdev':
      return attributeOf(element, 'mode') !== undefined;
    case 'disk':
      return childOf(element, 'target') !== undefined;
    case 'interface':
      return (childOf(element, 'source') ?? childOf(element, 'model')) !== undefined;
    case 'controller':
      return attributeOf(element, 'type') !== undefined && attributeOf(element, 'index') !== undefined;
    case 'rng':
    case 'vsock':
      return attributeOf(element, 'model')?.raw.startsWith('virtio') === true;
    default:
      return false;
  }
}
