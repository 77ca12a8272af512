import { withCpuFlags } from './cpu-flags.ts';
import { wireEmulatedDevice } from './emulated-device.ts';
import { CQ_EVENT_INDEX_STAYS, LINE_LOWERED_LATE } from './emulated-bugs.ts';
import { emulatedSettings, KICK_SETTING } from './emulated-settings.ts';
import type { DoorbellWay } from './emulated-settings.ts';
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
    bugs: [CQ_EVENT_INDEX_STAYS, LINE_LOWERED_LATE],
  },
  settings: [
    KICK_SETTING,
    INTREMAP_SETTING,
    ...emulatedSettings(['isa-serial', 'ich9-ahci', 'e1000e', 'nvme', 'pl011'], ['on', 'split', 'off']),
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const kick = settings.value.choice('kick') as DoorbellWay;
    const ways = { kick, interrupt: 'line' as const };
    return wireEmulatedDevice('interrupt', ways, settings.value, withCpuFlags(settings.value, facts), bugs);
  },
};
