import { withCpuFlags } from './cpu-flags.ts';
import { wireEmulatedDevice } from './emulated-device.ts';
import { emulatedSettings, INTERRUPT_SETTING } from './emulated-settings.ts';
import type { InterruptWay } from './emulated-settings.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { INTREMAP_SETTING } from './vfio-pci-settings.ts';

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
  settings: [INTERRUPT_SETTING, INTREMAP_SETTING, ...emulatedSettings(['nvme'], ['on', 'split', 'off'])],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const interrupt = settings.value.choice('interrupt') as InterruptWay;
    const ways = { kick: 'ioeventfd' as const, interrupt };
    return wireEmulatedDevice('kick', ways, settings.value, withCpuFlags(settings.value, facts));
  },
};
