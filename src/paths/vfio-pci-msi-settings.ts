import { CPU_FLAG_SETTINGS } from './cpu-flags.ts';
import type { PathSetting } from './path.ts';
import { MMAP_SETTING } from './workload-settings.ts';

/** What every path of a message has. */
export const MSI_SETTINGS: readonly PathSetting[] = [
  {
    name: 'arch',
    kind: 'choice',
    choices: ['x86'],
    default: 'x86',
    description: 'architecture of host and guest',
  },
  {
    name: 'irqchip',
    kind: 'choice',
    choices: ['on', 'split'],
    default: 'on',
    description: 'kernel-irqchip: messages go to the local APIC, which on and split both have in KVM',
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
  {
    name: 'periodUs',
    kind: 'number',
    unit: 'us',
    default: 1000,
    minimum: 1,
    maximum: 3_600_000_000,
    description: 'time from one completion of the device to the next',
  },
  {
    name: 'guest',
    kind: 'choice',
    choices: ['idle', 'busy'],
    default: 'idle',
    description: 'what the guest does between interrupts: wait in HLT, or compute',
  },
];
