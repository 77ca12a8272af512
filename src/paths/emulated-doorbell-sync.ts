import { withCpuFlags } from './cpu-flags.ts';
import { wireEmulatedDevice } from './emulated-device.ts';
import { emulatedSettings, INTERRUPT_SETTING } from './emulated-settings.ts';
import type { InterruptWay } from './emulated-settings.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import { INTREMAP_SETTING } from './vfio-pci-settings.ts';

/**
 * `emulated/doorbell-sync`: the vCPU thread leaves KVM and hands the register write to the device, under the BQL. Source:
 * the guest's console in traces X1; of other devices from source code only.
 */
export const EMULATED_DOORBELL_SYNC: PathModule = {
  info: {
    id: 'emulated/doorbell-sync',
    title: 'Register write of an emulated device, in the vCPU thread',
    leg: 'kick',
    documents: ['004'],
    status: 'current',
    introduced: null,
    removed: null,
    selectedBy: ['a device that QEMU emulates', 'NVMe with ioeventfd=off, or without shadow doorbells'],
    evidence: 'trace',
    bugs: [],
  },
  settings: [
    INTERRUPT_SETTING,
    INTREMAP_SETTING,
    ...emulatedSettings(['nvme', 'isa-serial', 'ich9-ahci', 'pl011'], ['on', 'split', 'off']),
  ],
  wire(given, facts) {
    const settings = readSettings(this.settings, given);
    if (!settings.ok) return settings;
    const interrupt = settings.value.choice('interrupt') as InterruptWay;
    const ways = { kick: 'sync' as const, interrupt };
    return wireEmulatedDevice('kick', ways, settings.value, withCpuFlags(settings.value, facts));
  },
};
