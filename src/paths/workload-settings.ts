import { HALT_POLL_SETTING } from './halt-poll-setting.ts';
import type { ChoiceSetting, NumberSetting, PathSetting } from './path.ts';

/** Whether the device's regions are mapped into the guest at all. */
export const MMAP_SETTING: ChoiceSetting = {
  name: 'mmap',
  kind: 'choice',
  choices: ['on', 'off'],
  default: 'on',
  description: 'off is x-no-mmap=on: the regions are never mapped into the guest',
};

/** Which GIC host and guest have; a path that QEMU takes on a GICv2 only has no such choice. */
export const GIC_SETTING: ChoiceSetting = {
  name: 'gic',
  kind: 'choice',
  choices: ['2', '3'],
  default: '2',
  description: 'version of the GIC, of the host and of the guest alike',
};

/** How many interrupts the device has. */
export const LINES_SETTING: NumberSetting = {
  name: 'lines',
  kind: 'number',
  unit: '',
  default: 1,
  minimum: 1,
  maximum: 2,
  description: 'interrupt lines of the device, all used',
};

/** Which line's handler touches no register: none, or the line of that number less one. */
export const HANDLER_WITHOUT_ACCESS: readonly string[] = ['none', 'first', 'second'];

/** How the device is wired to the host's interrupt controller, and what the guest believes of it. */
export const LINE_SETTINGS: readonly PathSetting[] = [
  LINES_SETTING,
  {
    name: 'trigger',
    kind: 'choice',
    choices: ['level', 'edge', 'mixed'],
    default: 'level',
    description:
      'how the host signals the lines (its device tree decides); mixed: the first is level, the second edge, as an amd-xgbe has both',
  },
  {
    name: 'guestTrigger',
    kind: 'choice',
    choices: ['level', 'edge', 'mixed'],
    default: 'level',
    description: 'what the guest configures (the node that QEMU makes for a calxeda xgmac says level)',
  },
  {
    name: 'handlerWithoutAccess',
    kind: 'choice',
    choices: HANDLER_WITHOUT_ACCESS,
    default: 'none',
    description:
      "line whose handler touches no register, as a DMA channel's need not (trace H1); it must be an edge",
  },
];

/** Whether the host does anything else. */
export const SURROUNDINGS_SETTING: ChoiceSetting = {
  name: 'surroundings',
  kind: 'choice',
  choices: ['quiet', 'real'],
  default: 'quiet',
  description:
    'what else goes on: nothing, or all that a trace of a real host shows (other interrupts, traps and accesses, ' +
    'a vCPU thread that moves); nobody knows how often, so real is for traces and exploration only',
};

/** How often the device interrupts. */
export const PERIOD_SETTING: NumberSetting = {
  name: 'periodUs',
  kind: 'number',
  unit: 'us',
  default: 1000,
  minimum: 1,
  maximum: 3_600_000_000,
  description: 'time from one interrupt of the device to the next',
};

/** What else runs in the guest. */
export const GUEST_SETTING: ChoiceSetting = {
  name: 'guest',
  kind: 'choice',
  choices: ['idle', 'busy'],
  default: 'idle',
  description: 'what the guest does between interrupts: wait in HLT or WFI, or compute',
};

/** What an xgmac and its driver can be told to do; shared by all paths of that device. */
export const XGMAC_WORKLOAD_SETTINGS: readonly PathSetting[] = [
  PERIOD_SETTING,
  { ...GUEST_SETTING, description: 'what the guest does between interrupts: wait in WFI, or compute' },
  {
    name: 'handler',
    kind: 'choice',
    choices: ['read-first', 'write-first'],
    default: 'read-first',
    description: 'whether the guest driver reads the status register before it clears it',
  },
  {
    name: 'start',
    kind: 'choice',
    choices: ['booted', 'reset'],
    default: 'booted',
    description: 'whether the run begins with a guest that has booted, or before QEMU has reset the machine',
  },
  {
    name: 'handlerContext',
    kind: 'choice',
    choices: ['hard', 'threaded'],
    default: 'hard',
    description: 'whether the guest driver handles in hard-IRQ context, or in a thread with IRQF_ONESHOT',
  },
  SURROUNDINGS_SETTING,
  {
    name: 'accesses',
    kind: 'number',
    unit: '',
    default: 2,
    minimum: 1,
    maximum: 40,
    description: 'register accesses of a handler call that finds its device at work',
  },
  HALT_POLL_SETTING,
];

/** Whether a write of the guest is at the device when the CPU goes on. */
export const POSTED_WRITES_SETTING: ChoiceSetting = {
  name: 'postedWrites',
  kind: 'choice',
  choices: ['off', 'on'],
  default: 'off',
  description:
    'on: the write that clears the device gets there some time after the CPU has gone on (it takes an assumed 0.5 us)',
};
