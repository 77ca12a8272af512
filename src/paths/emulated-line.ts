import { withCpuFlags } from './cpu-flags.ts';
import { wireEmulatedDevice } from './emulated-device.ts';
import { emulatedSettings } from './emulated-settings.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { INTREMAP_SETTING } from './vfio-pci-settings.ts';

/**
 * `emulated/line`: the thread of QEMU that runs the device moves its line by ioctls, under the BQL. Source: the guest's
 * console in traces X1.
 */
export const EMULATED_LINE: PathModule = {
  info: {
    id: 'emulated/line',
    title: 'Emulated device, a line interrupt',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: [
      'a device that QEMU emulates without MSI (a UART, e1000, rtl8139)',
      'any other whose guest uses no MSI (pci=nomsi)',
    ],
    evidence: 'trace',
    bugs: [],
  },
  settings: [
    INTREMAP_SETTING,
    ...emulatedSettings(['isa-serial', 'ich9-ahci', 'e1000e'], ['on', 'split', 'off']),
  ],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const ways = { kick: 'sync', interrupt: 'line' } as const;
    return wireEmulatedDevice('interrupt', ways, settings.value, withCpuFlags(settings.value, facts));
  },
};
