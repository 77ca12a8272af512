import type { CommandOption, Property } from '../config/launch-file.ts';
import { lastNamed, writtenDecision, type Decision } from './decision.ts';
import type { DeviceInMachine } from './family.ts';
import { follow } from './links.ts';
import { optionValue, readBoolean } from './option-value.ts';
import type { VirtioDriver } from './virtio-driver.ts';

/** Who works on the queues of a virtio device. */
export type Backend = 'qemu' | 'vhost' | 'vhost-user' | 'vhost-vdpa';

/** Which of them it is, or may be where the file does not say it. */
export interface BackendDecision extends Omit<Decision<Backend>, 'value'> {
  readonly possible: readonly Backend[];
}

const TAP = 'QEMU net/tap.c net_init_tap_one';
const VIRTIO_NET = 'QEMU hw/net/virtio-net.c virtio_net_vhost_status';

/** Decides it: most devices are always served by the same, a network card by what `netdev=` names. */
export function backendOf(driver: VirtioDriver, subject: DeviceInMachine): BackendDecision {
  const { kind } = driver;
  if (kind.backend !== 'netdev') {
    const because = `${FIXED[kind.backend]} ${kind.name}`;
    return byDefault([kind.backend], because, null, `QEMU hw/virtio/${kind.name}-pci.c`);
  }
  const { property } = optionValue(subject, driver, 'netdev');
  if (property === null) {
    return byDefault(['qemu'], 'no netdev= names a backend, so QEMU serves it', 'netdev', VIRTIO_NET);
  }
  const link = follow(subject.machine.vm, property, ['netdev']);
  const name = property.value?.text ?? '';
  if (link.kind === 'found') return ofNetdev(link.option, name);
  const because = `what netdev ${name} is, this file does not say`;
  return written(['qemu', 'vhost', 'vhost-user'], property, because, VIRTIO_NET);
}

const FIXED = {
  qemu: 'QEMU itself works on the queues of',
  vhost: 'vhost in the kernel works on the queues of',
  'vhost-user': 'another process works on the queues of',
} as const;

/** The type of a `-netdev`, or of the backend in a `-nic`; undefined if it is not known. */
export function netdevType({ properties }: CommandOption): string | undefined {
  const type = lastNamed(properties, ['type'])?.value;
  return type?.known === true ? type.text : undefined;
}

function ofNetdev(option: CommandOption, name: string): BackendDecision {
  const { properties } = option;
  const type = lastNamed(properties, ['type']);
  const text = netdevType(option);
  if (type === undefined || text === undefined) {
    const because = `the type of netdev ${name} is not known`;
    const any = ['qemu', 'vhost', 'vhost-user'] as const;
    return type === undefined
      ? byDefault(any, because, null, VIRTIO_NET)
      : written(any, type, because, VIRTIO_NET);
  }
  if (text === 'tap') return ofTap(properties, type, name);
  if (text === 'vhost-user' || text === 'vhost-vdpa') {
    return written([text], type, `netdev ${name} is ${text}`, `QEMU net/${text}.c`);
  }
  const vhostUser = text === 'passt' ? lastNamed(properties, ['vhost-user']) : undefined;
  if (vhostUser !== undefined) return bySwitch(vhostUser, 'vhost-user', name, 'QEMU net/passt.c');
  return written(['qemu'], type, `netdev ${name} is ${text}, which QEMU serves itself`, `QEMU net/${text}.c`);
}

/** `vhost=` wins; without it a descriptor or `vhostforce=on` turn vhost on. */
function ofTap(properties: readonly Property[], type: Property, name: string): BackendDecision {
  const vhost = lastNamed(properties, ['vhost']);
  if (vhost !== undefined) return bySwitch(vhost, 'vhost', name, TAP);
  const fd = lastNamed(properties, ['vhostfd', 'vhostfds']);
  if (fd !== undefined) {
    return written(['vhost'], fd, `netdev ${name} has ${fd.key.text}=, which turns vhost on`, TAP);
  }
  const force = lastNamed(properties, ['vhostforce']);
  if (force !== undefined) return bySwitch(force, 'vhost', name, TAP);
  const base = written(['qemu'], type, `vhost of netdev ${name} is off (default)`, TAP);
  return { ...base, option: 'vhost', given: 'off', isDefault: true, range: null };
}

function bySwitch(property: Property, backend: Backend, name: string, source: string): BackendDecision {
  const text = property.value?.text ?? 'on';
  const isOn = property.value?.known === false ? undefined : readBoolean(text);
  const option = property.key.text;
  if (isOn === undefined) {
    return written(['qemu', backend], property, `${option} of netdev ${name} is ${text}`, source);
  }
  const because = `${option} of netdev ${name} is ${isOn ? 'on' : 'off'}`;
  return written([isOn ? backend : 'qemu'], property, because, source);
}

function byDefault(
  possible: readonly Backend[],
  because: string,
  option: string | null,
  source: string,
): BackendDecision {
  return { possible, because, option, given: null, isDefault: true, source, range: null };
}

function written(
  possible: readonly Backend[],
  property: Property,
  because: string,
  source: string,
): BackendDecision {
  return { ...writtenDecision(property, undefined, because, source), possible };
}
