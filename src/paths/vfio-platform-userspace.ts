import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { signalledBy } from '../machine/kernel/eventfd.ts';
import { kvmIrqLine } from '../machine/kernel/irq-line.ts';
import { automaskedIrq, plainIrq } from '../machine/kernel/vfio-platform-irq.ts';
import { VFIO_PLATFORM } from '../machine/parties.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { vfioPlatform } from '../machine/qemu/vfio-platform.ts';
import { VFIO_PLATFORM_ALPHABET } from './vfio-platform-alphabet.ts';
import type { PathModule } from './path.ts';
import { LAZY_DISABLE_PLATFORM, USERSPACE_BUGS } from './vfio-platform-bugs.ts';
import type { CompleteSettings } from './read-settings.ts';
import { readSettings } from './read-settings.ts';
import { trappedAccess } from './trapped-access.ts';
import type { PlatformLine } from './vfio-platform-machine.ts';
import { platformMachine } from './vfio-platform-machine.ts';
import { ANY_CPU, wirePlatform } from './wire-platform.ts';
import type { Wiring } from './wiring.ts';
import { GIC_SETTING, LINE_SETTINGS, MMAP_SETTING, XGMAC_WORKLOAD_SETTINGS } from './workload-settings.ts';

/** Parts that can be left out to see what they are for; all are there in reality. */
export interface UserspaceParts {
  readonly automask: boolean;
}

const ALL_PARTS: UserspaceParts = { automask: true };

/** `vfio-platform/userspace`: QEMU injects, and guesses the end of the interrupt from the first access. */
export const VFIO_PLATFORM_USERSPACE: PathModule = {
  info: {
    id: 'vfio-platform/userspace',
    title: 'VFIO platform, handled in userspace',
    leg: 'interrupt',
    documents: ['000'],
    status: 'current',
    introduced: 'QEMU 2.4',
    removed: 'QEMU 10.2',
    selectedBy: [
      'x-irqfd=off (irqfd=false in the 2014 series)',
      'no KVM irqfd with resamplefd',
      'gic-version=3: no qemu_irq to GSI map',
    ],
    evidence: 'trace',
    bugs: USERSPACE_BUGS,
  },
  settings: [
    {
      name: 'mmapTimeoutMs',
      kind: 'number',
      unit: 'ms',
      default: 1100,
      minimum: 0,
      maximum: 4_294_967_295,
      description: 'mmap-timeout-ms: how long the regions stay unmapped after an interrupt; 0 is for ever',
    },
    GIC_SETTING,
    MMAP_SETTING,
    ...LINE_SETTINGS,
    ...XGMAC_WORKLOAD_SETTINGS,
  ],
  alphabet: VFIO_PLATFORM_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireUserspace(settings.value, facts, bugs, ALL_PARTS) : settings;
  },
};

/** Wires the path from its parts. Source of the order of everything: traces P2, P3, C1, hw/vfio/platform.c. */
export function wireUserspace(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: UserspaceParts,
): Result<Wiring> {
  const machine = platformMachine(settings, facts, bugs, false, bugs.has(LAZY_DISABLE_PLATFORM.name));
  if (!machine.ok) return machine;
  const { m, lines, vcpu, lock, otherCpu } = machine.value;
  const timeoutMs = settings.number('mmapTimeoutMs');
  const vfio = lines.map(({ suffix, descriptor, trigger, gic }) => {
    const wiring = { suffix, descriptor, trigger: signalledBy(VFIO_PLATFORM, trigger) };
    return gic.trigger === 'level' && parts.automask ? automaskedIrq(m, wiring) : plainIrq(wiring);
  });
  const access = trappedAccess(vcpu);
  /** Whether the interrupt whose register was accessed is still up: what a careful QEMU would ask. */
  const stillAsserts = (s: State): boolean =>
    s[(lines[access.lineOf(s)] as PlatformLine).device.status] === 1;
  const device = vfioPlatform(m, {
    intps: lines.map(({ suffix, trigger, irq }, i) => ({
      suffix,
      trigger,
      raiseLine: kvmIrqLine(1, irq, vcpu),
      lowerLine: kvmIrqLine(0, irq, vcpu),
      unmask: vfio[i]?.automask?.unmask ?? null,
      endless: !vfio[i]?.automask && !bugs.has('head-of-line'),
      mayEnd: (s) =>
        (bugs.has('early-eoi') || !stillAsserts(s)) &&
        (bugs.has('wrong-interrupt-eoi') || access.lineOf(s) === i),
    })),
    regions: lines,
    mmap: settings.choice('mmap') === 'on',
    direction: access.direction,
    lineOf: access.lineOf,
    queuedTwice: bugs.has('queued-twice'),
    mmapTimer: timeoutMs !== 0,
  });
  const fds = lines.map(({ suffix, trigger }, i) => ({
    suffix,
    eventfd: trigger,
    handler: device.interrupts[i] as Procedure,
  }));
  const isQuiet = settings.choice('surroundings') === 'quiet';
  // As QEMU adds a descriptor at the head of its list, the last is dispatched first (trace C1).
  m.process(
    'main loop',
    { kind: 'thread', cpu: isQuiet ? otherCpu : ANY_CPU },
    mainLoop(m, lock, fds.toReversed(), device.timer, !isQuiet),
  );
  return ok(
    wirePlatform(machine.value, settings, facts, {
      vfio,
      eoi: device.eoi,
      costs: { mmapTimeout: timeoutMs * 1_000_000 },
      queued: device.queued,
      isAtRest: device.isAtRest,
    }),
  );
}
