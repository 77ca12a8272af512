import { withCpuFlags } from './cpu-flags.ts';
import { wireEmulatedDevice } from './emulated-device.ts';
import { emulatedSettings } from './emulated-settings.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';

/** `emulated/doorbell-ioeventfd`: KVM signals an eventfd inside the exit and the guest runs on; the main loop does the rest. */
export const EMULATED_DOORBELL_IOEVENTFD: PathModule = {
  info: {
    id: 'emulated/doorbell-ioeventfd',
    title: 'Doorbell of an emulated NVMe controller, by ioeventfd',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: 'QEMU 7.1',
    removed: null,
    selectedBy: ['-device nvme,ioeventfd=on and a guest that sets up shadow doorbells (Linux does)'],
    evidence: 'source',
    bugs: [],
  },
  settings: emulatedSettings(['nvme']),
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const ways = { kick: 'ioeventfd', interrupt: 'msi' } as const;
    return wireEmulatedDevice('kick', ways, settings.value, withCpuFlags(settings.value, facts));
  },
};
