import { CPU_FLAG_SETTINGS } from './cpu-flags.ts';
import { HALT_POLL_SETTING } from './halt-poll-setting.ts';
import type { ChoiceSetting, PathSetting } from './path.ts';
import { archSetting, irqchipSetting, PCI_GIC_SETTING } from './vfio-pci-settings.ts';
import { GUEST_SETTING, MMAP_SETTING, PERIOD_SETTING } from './workload-settings.ts';

/** What every path of a message has. */
export const MSI_SETTINGS: readonly PathSetting[] = [
  archSetting(['x86', 'arm']),
  irqchipSetting(['on', 'split']),
  {
    ...PCI_GIC_SETTING,
    description:
      'version of the GIC, of the host and of the guest alike: 2 has a GICv2m, 3 an ITS (arch=arm)',
  },
  ...CPU_FLAG_SETTINGS,
  MMAP_SETTING,
  {
    name: 'capability',
    kind: 'choice',
    choices: ['msix', 'msi'],
    default: 'msix',
    description: 'which of its capabilities the guest uses; the way of the message is the same',
  },
  { ...PERIOD_SETTING, description: 'time from one completion of the device to the next' },
  GUEST_SETTING,
  HALT_POLL_SETTING,
];

/** Whether KVM's ITS has kept the translation of the message. */
export const ITS_CACHE_SETTING: ChoiceSetting = {
  name: 'itsCache',
  kind: 'choice',
  choices: ['warm', 'cold'],
  default: 'warm',
  description:
    "whether the run begins with the message's translation in the cache of KVM's ITS (arch=arm, gic=3); cold: boot, or the guest has just moved or unmapped an interrupt",
};
