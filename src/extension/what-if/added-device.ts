import type { LaunchFile } from '../../config/launch-file.ts';
import { readLaunchFile } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import { VFIO_PCI_FAMILY } from '../../resolve/vfio-pci.ts';
import type { AddedDevice, Overlay } from './device-store.ts';

/** A device that can be added with everything it needs. */
export interface Preset {
  readonly title: string;
  readonly id: string;
  readonly driver: string;
  readonly options: Overlay;
  readonly detail: string;
}

/** The devices that there are presets for. */
export const PRESETS: readonly Preset[] = [
  {
    title: 'Calxeda xgmac',
    id: 'xgmac',
    driver: 'vfio-calxeda-xgmac',
    options: { host: 'fff51000.ethernet' },
    detail: 'Calxeda Midway 10-gigabit Ethernet, assigned by VFIO platform: level-triggered lines',
  },
  {
    title: 'AMD xgbe',
    id: 'xgbe',
    driver: 'vfio-amd-xgbe',
    options: { host: 'e0700000.xgmac' },
    detail:
      'AMD Seattle 10-gigabit Ethernet, assigned by VFIO platform: two level and four edge interrupts; a level one is run',
  },
  {
    title: 'Intel 82574L (e1000e)',
    id: 'e1000e',
    driver: 'vfio-pci',
    options: { host: '0000:01:00.0' },
    detail: 'Gigabit Ethernet, assigned by VFIO: MSI-X',
  },
  {
    title: 'NVMe',
    id: 'nvme',
    driver: 'vfio-pci',
    options: { host: '0000:02:00.0' },
    detail: 'A disk controller, assigned by VFIO: MSI-X, a vector for each queue; one is run',
  },
  {
    title: 'Intel 82540EM (e1000)',
    id: 'e1000',
    driver: 'vfio-pci',
    options: { host: '0000:03:00.0' },
    detail:
      'Gigabit Ethernet without MSI, assigned by VFIO: its line is shown with the assumption guest msi=off',
  },
];

/** The machines around devices that were added by hand: what the paths of their families take for granted. */
const ARM = 'qemu-system-aarch64 -machine virt,accel=kvm -cpu host';
const X86 = 'qemu-system-x86_64 -machine q35,accel=kvm -cpu host';

/** A launch file with that one device in it. */
export function launchFileFor({ id, driver, options }: AddedDevice): LaunchFile | undefined {
  const properties = Object.entries({ id, ...options }).map(([name, value]) => `${name}=${value}`);
  const machine = VFIO_PCI_FAMILY.drivers.includes(driver) ? X86 : ARM;
  const file = readLaunchFile(`${machine} -device ${[driver, ...properties].join(',')}\n`, id);
  return file.ok ? file.value : undefined;
}

/** What *Add Device…* offers: the presets that can be run under these assumptions. */
export function offeredPresets(facts: Facts): Preset[] {
  return PRESETS.filter((preset) => {
    const file = launchFileFor(preset);
    const devices = file && resolveFile(file, facts).machines.flatMap((machine) => machine.devices);
    return devices?.some(({ legs }) => legs.some(({ canRun }) => canRun)) === true;
  });
}
