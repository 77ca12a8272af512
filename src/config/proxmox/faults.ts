import { nearestName } from '../../base/nearest-name.ts';
import {
  ADAPTERS,
  ARCHITECTURES,
  DISPLAYS,
  HOST_ADDRESSES,
  KINDS,
  MACHINES,
  MODELS,
  READ,
} from './known-values.ts';
import { partsOf, type Setting } from './settings.ts';

/** A setting that Proxmox leaves out, and why. */
export interface SettingFault {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The settings that Proxmox takes, and why it leaves the others out, for those that are read here (qemu-server
 * src/PVE/QemuServer.pm parse_vm_config, which warns and goes on).
 */
export function judge(settings: readonly Setting[]): {
  readonly taken: readonly Setting[];
  readonly faults: readonly SettingFault[];
} {
  const taken: Setting[] = [];
  const faults: SettingFault[] = [];
  let unknown = 0;
  for (const setting of settings) {
    const kind = setting.key.replace(/\d+$/, '');
    if (!KINDS.has(kind)) unknown += 1;
    const fault = unknown > MOST_HINTS ? null : faultOf(kind, setting);
    if (fault === null) taken.push(setting);
    else faults.push(fault);
  }
  return { taken, faults };
}

/** Looking for the nearest name is slow; a file full of nonsense gets no more hints. */
const MOST_HINTS = 50;

function faultOf(kind: string, setting: Setting): SettingFault | null {
  const { key, value, start, end, valueStart } = setting;
  const meant = KINDS.has(kind) ? undefined : nearestName(kind, KINDS);
  if (meant !== undefined && READ.has(meant)) {
    const name = `${meant}${key.slice(kind.length)}`;
    const message = `Proxmox has no setting '${key}', and leaves it out; did you mean '${name}'?`;
    return { message, start, end: start + key.length };
  }
  const expected = value === '' ? 'a value' : expectedOf(kind, setting);
  if (expected === null) return null;
  const from = value === '' ? start : valueStart;
  const message = `Proxmox cannot read this value, and leaves it out; expected ${expected}`;
  return { message, start: from, end };
}

/** What Proxmox wants in the place of a value that it does not take; null if it takes it. */
function expectedOf(kind: string, setting: Setting): string | null {
  const get = (name: string, first: string): string | undefined =>
    partsOf(setting, first).find((part) => part.name === name)?.value;
  switch (kind) {
    case 'hostpci': {
      const host = get('host', 'host');
      if (host === undefined ? get('mapping', 'host') : HOST_ADDRESSES.test(host)) return null;
      return 'BUS:DEVICE.FUNCTION in hexadecimal digits, as lspci shows it, or mapping=ID';
    }
    case 'net': {
      const names = partsOf(setting, 'model').map((part) => (part.name === 'model' ? part.value : part.name));
      return names.some((name) => MODELS.includes(name)) ? null : `one of the models ${MODELS.join(', ')}`;
    }
    case 'scsihw':
      return ADAPTERS.includes(setting.value) ? null : `one of ${ADAPTERS.join(', ')}`;
    case 'vga':
      return DISPLAYS.includes(get('type', 'type') ?? 'std') ? null : `one of ${DISPLAYS.join(', ')}`;
    case 'machine':
      return MACHINES.test(get('type', 'type') ?? 'pc')
        ? null
        : 'pc, q35 or virt, or one of these with a version';
    case 'arch':
      return ARCHITECTURES.includes(setting.value) ? null : ARCHITECTURES.join(' or ');
    case 'cores':
    case 'sockets':
    case 'vcpus':
      return /^[1-9]\d*$/.test(setting.value) ? null : 'a whole number from 1 on';
    case 'balloon':
      return /^\d+$/.test(setting.value) ? null : 'a whole number of MiB';
    case 'kvm':
      return /^(?:1|on|yes|true|0|off|no|false)$/i.test(setting.value) ? null : '0 or 1';
    default:
      return null;
  }
}
