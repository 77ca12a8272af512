import type { LaunchFile } from '../../config/launch-file.ts';
import { readLaunchFile } from '../../config/read-launch-file.ts';
import type { AddedDevice, Overlay } from './device-store.ts';

/** A device that can be added with everything it needs. */
export interface Preset {
  readonly title: string;
  readonly id: string;
  readonly driver: string;
  readonly options: Overlay;
  readonly detail: string;
}

/** What *Add Device…* offers. */
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
];

/** The machine around a device that was added by hand: what the paths of its family take for granted. */
const MACHINE = 'qemu-system-aarch64 -machine virt,accel=kvm -cpu host';

/** A launch file with that one device in it. */
export function launchFileFor({ id, driver, options }: AddedDevice): LaunchFile | undefined {
  const properties = Object.entries({ id, ...options }).map(([name, value]) => `${name}=${value}`);
  const file = readLaunchFile(`${MACHINE} -device ${[driver, ...properties].join(',')}\n`, id);
  return file.ok ? file.value : undefined;
}
