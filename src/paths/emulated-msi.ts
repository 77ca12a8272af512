import { withCpuFlags } from './cpu-flags.ts';
import { wireEmulatedDevice } from './emulated-device.ts';
import { emulatedSettings, KICK_SETTING } from './emulated-settings.ts';
import type { DoorbellWay } from './emulated-settings.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';

/** `emulated/msi`: the thread of QEMU that runs the device hands its message to KVM, under the BQL. */
export const EMULATED_MSI: PathModule = {
  info: {
    id: 'emulated/msi',
    title: 'Emulated device, MSI and MSI-X',
    leg: 'interrupt',
    documents: ['003'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: ['a device that QEMU emulates, with MSI-X or MSI, and a guest that uses it'],
    evidence: 'source',
    bugs: [],
  },
  settings: [KICK_SETTING, ...emulatedSettings(['nvme', 'ich9-ahci', 'e1000e'])],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const kick = settings.value.choice('kick') as DoorbellWay;
    const ways = { kick, interrupt: 'msi' as const };
    return wireEmulatedDevice('interrupt', ways, settings.value, withCpuFlags(settings.value, facts));
  },
};
