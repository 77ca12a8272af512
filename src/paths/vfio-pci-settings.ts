import { HALT_POLL_SETTING } from './halt-poll-setting.ts';
import { SUCCESSIVE_IRQ_MAX_COUNT } from '../machine/kernel/successive-eois.ts';
import type { ChoiceSetting, PathSetting } from './path.ts';
import { GIC_SETTING, GUEST_SETTING, PERIOD_SETTING } from './workload-settings.ts';

/** How the host can mask the function. */
export const INTX_MASK_SETTING: ChoiceSetting = {
  name: 'intxMask',
  kind: 'choice',
  choices: ['pci23', 'broken'],
  default: 'pci23',
  description: 'broken: DisINTx does not work (or nointxmask=1), so the host disables its interrupt line',
};

/** Where a run begins; the first interrupt unmaps the BARs. */
export const BARS_AT_START_SETTING: ChoiceSetting = {
  name: 'barsAtStart',
  kind: 'choice',
  choices: ['mapped', 'unmapped'],
  default: 'mapped',
  description:
    'unmapped: an interrupt just before the start has had the BARs unmapped, as it is when a trace begins',
};

/** The architecture of host and guest; the first choice is the default. */
export function archSetting(choices: readonly ['x86', ...'arm'[]]): ChoiceSetting {
  return {
    name: 'arch',
    kind: 'choice',
    choices,
    default: choices[0],
    description: 'architecture of host and guest',
  };
}

/** Who emulates the guest's interrupt controllers; the first choice is the default. */
export function irqchipSetting(choices: readonly [Irqchip, ...Irqchip[]]): ChoiceSetting {
  return {
    name: 'irqchip',
    kind: 'choice',
    choices,
    default: choices[0],
    description:
      'kernel-irqchip: on has PIC, IOAPIC and local APIC in KVM (on Arm, the GIC), split the local APIC alone, off has all in QEMU',
  };
}

/** Interrupt remapping in the guest; needs an IOAPIC in QEMU. */
export const INTREMAP_SETTING: ChoiceSetting = {
  name: 'intremap',
  kind: 'choice',
  choices: ['off', 'on'],
  default: 'off',
  onlyWith: { setting: 'irqchip', values: ['split', 'off'] },
  description:
    "interrupt remapping in the guest (-device intel-iommu,intremap=on): it writes the IOAPIC's EOI register itself; from source code only",
};

/** Where the guest's driver handles. */
export const PCI_HANDLER_CONTEXT_SETTING: ChoiceSetting = {
  name: 'handlerContext',
  kind: 'choice',
  choices: ['hard', 'threaded'],
  default: 'hard',
  description:
    'whether the guest driver handles in hard-IRQ context, or in a thread with IRQF_ONESHOT (arch=x86, napi=off); ' +
    'the latter from source code only',
};

/** Whether the guest's driver is there. */
export const DRIVER_SETTING: ChoiceSetting = {
  name: 'driver',
  kind: 'choice',
  choices: ['ready', 'resuming'],
  default: 'ready',
  description:
    "resuming: the driver's handler is not there at first, as after hibernation, and what brings it back runs outside of " +
    'interrupts (arch=x86, napi=off; from source code only)',
};

/** What the guest has to do for it. */
export const RESUME_SETTING: PathSetting = {
  name: 'resumeUs',
  kind: 'number',
  unit: 'us',
  default: 5000,
  minimum: 0,
  maximum: 9000,
  description:
    'what the guest has to compute, outside of interrupts, until the driver is back (driver=resuming); it fits in one ' +
    'pause, and an interrupt that comes meanwhile waits for its end',
};

/** How long a storm lasts before KVM or QEMU pause. */
export const EOIS_BEFORE_PAUSE_SETTING: PathSetting = {
  name: 'eoisBeforePause',
  kind: 'number',
  unit: '',
  default: SUCCESSIVE_IRQ_MAX_COUNT,
  minimum: 2,
  maximum: SUCCESSIVE_IRQ_MAX_COUNT,
  description:
    'ends of interrupt in a row with the line still up after which the IOAPIC waits 10 ms (driver=resuming); the count is ' +
    'part of the state, so explore with a small one',
};

type Irqchip = 'on' | 'split' | 'off';

/** The version of the GIC, where there is one. */
export const PCI_GIC_SETTING: PathSetting = {
  ...GIC_SETTING,
  onlyWith: { setting: 'arch', values: ['arm'] },
  description: `${GIC_SETTING.description} (arch=arm)`,
};

/** What an e1000 and its driver can be told to do; shared by all INTx paths of vfio-pci. */
export const E1000_WORKLOAD_SETTINGS: readonly PathSetting[] = [
  PERIOD_SETTING,
  GUEST_SETTING,
  {
    name: 'napi',
    kind: 'choice',
    choices: ['on', 'off'],
    default: 'on',
    description: 'on: the handler masks the function, and a softirq unmasks it later (Linux e1000)',
  },
  {
    name: 'accesses',
    kind: 'number',
    unit: '',
    default: 3,
    minimum: 1,
    maximum: 40,
    description:
      'register accesses of a handler call that finds a cause; the first reads ICR and so clears it',
  },
  HALT_POLL_SETTING,
];
