import { CPU_FLAG_SETTINGS } from './cpu-flags.ts';
import type { ChoiceSetting, NumberSetting, PathSetting } from './path.ts';
import {
  QUEUE_DEPTH_SETTING,
  REQUEST_PERIOD_SETTING,
  SERVICE_SETTING,
  WAITING_GUEST_SETTING,
} from './request-settings.ts';
import { archSetting, PCI_GIC_SETTING } from './vfio-pci-settings.ts';

/** How a register write of the guest reaches an emulated device. */
export type DoorbellWay = 'sync' | 'ioeventfd';
/** How the device's interrupt reaches the guest. */
export type InterruptWay = 'msi' | 'line';

/** How the other leg of a path goes. */
export interface EmulatedWays {
  readonly kick: DoorbellWay;
  readonly interrupt: InterruptWay;
}

const DISKS = ['nvme', 'ich9-ahci'];
const UARTS = ['isa-serial', 'pl011'];

const GIC: PathSetting = {
  ...PCI_GIC_SETTING,
  description:
    'version of the GIC, of the host and of the guest alike: for messages 2 has a GICv2m, 3 an ITS (arch=arm)',
};

const DISK_SETTINGS: readonly PathSetting[] = [QUEUE_DEPTH_SETTING, SERVICE_SETTING].map((setting) => ({
  ...setting,
  onlyWith: { setting: 'device', values: DISKS },
}));

/** What interrupt paths of messages have for controllers; those of a line have more. */
const MESSAGE_IRQCHIPS = ['on', 'split'];

/** How the doorbells of an interrupt path go. */
export const KICK_SETTING: ChoiceSetting = {
  name: 'kick',
  kind: 'choice',
  choices: ['sync', 'ioeventfd'],
  default: 'sync',
  onlyWith: { setting: 'device', values: ['nvme'] },
  description:
    'how the guest rings the doorbells: by an exit to QEMU, or by an eventfd of KVM (ioeventfd=on)',
};

const SHADOW_DOORBELLS: ChoiceSetting = {
  name: 'shadowDoorbells',
  kind: 'choice',
  choices: ['on', 'off'],
  default: 'on',
  onlyWith: { setting: 'device', values: ['nvme'] },
  description:
    'whether the guest keeps copies of the doorbells in memory (Doorbell Buffer Config, as Linux does), so that the real ones are rung only where the controller waits',
};

const CHARACTERS: NumberSetting = {
  name: 'characters',
  kind: 'number',
  unit: 'characters',
  default: 4,
  minimum: 1,
  maximum: 16,
  onlyWith: { setting: 'device', values: UARTS },
  description:
    'characters that the program in the guest writes at a time (the FIFO of a 16550A takes 16); of a pl011 that receives, what its FIFO takes (16 in reality)',
};

/** How the other leg of a doorbell path goes. */
export const INTERRUPT_SETTING: ChoiceSetting = {
  name: 'interrupt',
  kind: 'choice',
  choices: ['msi', 'line'],
  default: 'msi',
  onlyWith: { setting: 'device', values: ['ich9-ahci', 'nvme'] },
  description: 'how the device interrupts the guest: by messages, or by its line (pci=nomsi)',
};

/** What every path of an emulated device has, with the kinds of device that it is built for. */
export function emulatedSettings(
  devices: readonly [string, ...string[]],
  irqchips: readonly string[] = MESSAGE_IRQCHIPS,
): readonly PathSetting[] {
  return [
    archSetting(['x86', 'arm']),
    {
      name: 'irqchip',
      kind: 'choice',
      choices: irqchips,
      default: 'on',
      description:
        'kernel-irqchip: where PIC and IOAPIC are; messages go to the local APIC, which on and split both have in KVM; on Arm only on is modelled',
    },
    GIC,
    ...CPU_FLAG_SETTINGS,
    {
      name: 'device',
      kind: 'choice',
      choices: devices,
      default: devices[0],
      description: 'the kind of device that QEMU emulates',
    },
    ...(devices.includes('nvme') ? [SHADOW_DOORBELLS] : []),
    ...(devices.some((device) => DISKS.includes(device)) ? DISK_SETTINGS : []),
    ...(devices.some((device) => UARTS.includes(device)) ? [CHARACTERS] : []),
    REQUEST_PERIOD_SETTING,
    WAITING_GUEST_SETTING,
  ];
}
