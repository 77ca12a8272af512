import type { Property } from '../launch-file.ts';
import { attributeOf, childOf, rawValue } from '../xml/xml-element.ts';
import type { Stretch, XmlElement } from '../xml/xml-element.ts';
import { isX86, type Domain } from './domain.ts';
import { aliasOf } from './domain-builder.ts';
import { OF_INTERFACE } from './driver-attributes.ts';
import { driverProperties, virtioDriver } from './virtio.ts';

/**
 * Whether an interface is a PCI function of the host. One of a network may be, too, which only the network's own
 * definition says; that it is to be unplugged for a migration shows it.
 */
export function isAssigned(card: XmlElement): boolean {
  return rawValue(card, 'type') === 'hostdev' || rawValue(childOf(card, 'teaming'), 'type') === 'transient';
}

/** `<interface>`: the card and its backend (libvirt qemuBuildInterfaceCommandLine). */
export function readInterface(domain: Domain, card: XmlElement, index: number): void {
  const { texts, out } = domain;
  const id = aliasOf(card, `net${String(index)}`);
  const modelAt = attributeOf(childOf(card, 'model'), 'type');
  const model = modelAt?.raw ?? defaultModel(domain);
  const at = modelAt?.valueAt ?? card.startTag;
  const isVirtio = VIRTIO_MODELS.has(model);
  out.option('netdev', backendPlace(card), netdev(domain, card, id, isVirtio));
  const link = texts.implied('netdev', `host${id}`, backendPlace(card));
  if (!isVirtio) {
    out.device(card, texts.derived(model, at), id, [link]);
    return;
  }
  out.device(card, virtioDriver(domain, card, 'virtio-net', at, model), id, [
    ...driverProperties(domain, card, OF_INTERFACE),
    ...queues(domain, card),
    link,
  ]);
}

const VIRTIO_MODELS: ReadonlySet<string> = new Set([
  'virtio',
  'virtio-transitional',
  'virtio-non-transitional',
]);

/** The model of a card that names none (libvirt qemuDomainDefaultNetModel). */
function defaultModel(domain: Domain): string {
  if (isX86(domain)) return 'rtl8139';
  return domain.machine.startsWith('versatile') ? 'smc91c111' : 'virtio';
}

/** One vector for each direction of a queue, one for configuration and one for the control queue. */
function queues({ texts }: Domain, card: XmlElement): Property[] {
  const attribute = attributeOf(childOf(card, 'driver'), 'queues');
  const count = Number(attribute?.raw ?? '1');
  if (attribute === undefined || !Number.isInteger(count) || count < 2 || count > MOST_QUEUES) return [];
  return [
    texts.fromAttribute('mq', attribute, 'on'),
    texts.fromAttribute('vectors', attribute, String(2 * count + 2)),
  ];
}

const MOST_QUEUES = 1_024;

/** Where the XML says what the backend is. */
function backendPlace(card: XmlElement): Stretch {
  return attributeOf(card, 'type')?.valueAt ?? card.startTag;
}

function netdev(domain: Domain, card: XmlElement, id: string, isVirtio: boolean): Property[] {
  const { texts } = domain;
  const at = backendPlace(card);
  const type = BACKENDS[rawValue(card, 'type') ?? 'network'] ?? 'tap';
  const isPasst = type === 'user' && rawValue(childOf(card, 'backend'), 'type') === 'passt';
  return [
    texts.implied('type', isPasst ? 'stream' : type, at),
    texts.implied('id', `host${id}`, at),
    ...(type === 'tap' && isVirtio ? vhost(domain, card, at) : []),
  ];
}

/** What a backend of libvirt is for QEMU; all that is not here is a tap that libvirt opens. */
const BACKENDS: Readonly<Record<string, string>> = {
  user: 'user',
  vhostuser: 'vhost-user',
  vdpa: 'vhost-vdpa',
  server: 'socket',
  client: 'socket',
  mcast: 'socket',
  udp: 'socket',
  null: 'hubport',
  vds: 'tap',
};

/** vhost is used unless the XML says `name='qemu'`, but only with KVM (libvirt qemuInterfaceOpenVhostNet). */
function vhost({ texts, isKvm }: Domain, card: XmlElement, at: Stretch): Property[] {
  const name = attributeOf(childOf(card, 'driver'), 'name');
  if (name?.raw === 'qemu') return [texts.fromAttribute('vhost', name, 'off')];
  if (!isKvm) return [];
  return name === undefined ? [texts.implied('vhost', 'on', at)] : [texts.fromAttribute('vhost', name, 'on')];
}
