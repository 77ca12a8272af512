import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { compareReleases } from '../facts/releases.ts';
import { postedWrites } from '../machine/hardware/posted-write.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import { irqfd } from '../machine/kernel/irqfd.ts';
import { irqfdResamplerAck } from '../machine/kernel/resampler.ts';
import { automaskedIrq, plainIrq } from '../machine/kernel/vfio-platform-irq.ts';
import { virqfd } from '../machine/kernel/virqfd.ts';
import { KVM, VFIO_PLATFORM } from '../machine/parties.ts';
import { VFIO_PLATFORM_ALPHABET } from './vfio-platform-alphabet.ts';
import type { PathModule } from './path.ts';
import {
  ACTIVE_PENDING_STORM,
  BOOT_WEDGE,
  EOI_BEFORE_WRITE,
  LAZY_DISABLE_PLATFORM,
  ONESHOT_RESAMPLE,
  QUEUED_EDGE_UNSEEN_IRQFD,
} from './vfio-platform-bugs.ts';
import type { CompleteSettings } from './read-settings.ts';
import { readSettings } from './read-settings.ts';
import { platformMachine } from './vfio-platform-machine.ts';
import { wirePlatform } from './wire-platform.ts';
import type { Wiring } from './wiring.ts';
import {
  LINE_SETTINGS,
  MMAP_SETTING,
  POSTED_WRITES_SETTING,
  XGMAC_WORKLOAD_SETTINGS,
} from './workload-settings.ts';

/**
 * First kernel that is taken to inject a wired interrupt of Arm in the context of the eventfd's signaller. 6.12 does
 * (trace P1); the change is of 2020, and which release of that year was the first with it is not verified.
 */
export const ATOMIC_SPI_SINCE = '5.10';

/** How long a write takes to the device: assumed. */
const POSTED_WRITE_NS = 500;

/** Parts that can be left out to see what they are for. */
export interface IrqfdParts {
  readonly resampler: boolean;
}

const ALL_PARTS: IrqfdParts = { resampler: true };

/** `vfio-platform/irqfd`: KVM injects, and the guest's end of interrupt unmasks; QEMU has no part in it. */
export const VFIO_PLATFORM_IRQFD: PathModule = {
  info: {
    id: 'vfio-platform/irqfd',
    title: 'VFIO platform, irqfd with resampler',
    leg: 'interrupt',
    documents: ['000'],
    status: 'current',
    introduced: 'QEMU 2.4',
    removed: 'QEMU 10.2',
    selectedBy: ['default on a GICv2 in KVM', 'x-irqfd=on (irqfd=true in the 2014 series)'],
    evidence: 'trace',
    bugs: [
      ACTIVE_PENDING_STORM,
      ONESHOT_RESAMPLE,
      BOOT_WEDGE,
      QUEUED_EDGE_UNSEEN_IRQFD,
      LAZY_DISABLE_PLATFORM,
      EOI_BEFORE_WRITE,
    ],
  },
  settings: [MMAP_SETTING, ...LINE_SETTINGS, ...XGMAC_WORKLOAD_SETTINGS, POSTED_WRITES_SETTING],
  alphabet: VFIO_PLATFORM_ALPHABET,
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireIrqfd(settings.value, facts, bugs, ALL_PARTS) : settings;
  },
};

/** Wires the path from its parts. Source of the order of everything: traces P1, C2 and E1. */
export function wireIrqfd(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: IrqfdParts,
): Result<Wiring> {
  const isPosted = settings.choice('postedWrites') === 'on';
  if (isPosted && (settings.number('lines') > 1 || settings.choice('handlerContext') === 'threaded')) {
    return fail('postedWrites=on needs lines=1 and handlerContext=hard: others are not modelled');
  }
  const machine = platformMachine(settings, facts, bugs, false, bugs.has(LAZY_DISABLE_PLATFORM.name));
  if (!machine.ok) return machine;
  const { m, lines, vcpu } = machine.value;
  const atomic = compareReleases(facts.host.kernel, ATOMIC_SPI_SINCE) >= 0;
  const vfio = lines.map(({ suffix, descriptor, trigger, irq, gsi, gic }) => {
    const raise = irq.inject(1, vcpu);
    const wakeup = irqfd(m, { suffix, eventfd: trigger, raise, gsi, atomic, cpu: facts.host.irqCpu });
    const wiring = { suffix, descriptor, trigger: signalledBy(VFIO_PLATFORM, trigger, wakeup) };
    return gic.trigger === 'level' ? automaskedIrq(m, wiring) : plainIrq(wiring);
  });
  // As x86 does since 2022: an end of interrupt while the guest has it masked is told when it unmasks.
  const waits = settings.choice('handlerContext') === 'threaded' && !bugs.has('oneshot-resample');
  const deferred = waits ? m.field('resample put off', { values: ['no', 'yes'] }) : null;
  const acked = lines.flatMap(({ suffix, irq, gsi }, i) => {
    const unmask = vfio[i]?.automask?.unmask;
    // An edge interrupt has no resample eventfd: there is nothing to unmask.
    if (!unmask || !parts.resampler) return [];
    const resample = eventfd(m, `resample${suffix}`);
    return [
      irqfdResamplerAck({
        suffix,
        lower: irq.inject(0, vcpu),
        resample: signalledBy(KVM, resample, virqfd(suffix, resample, unmask)).signal,
        gsi,
        defer: deferred === null ? null : { deferred, isDue: (s) => s[irq.enabled] === 0 },
      }),
    ];
  });
  const [procedure] = acked;
  const [line] = lines;
  const writes = isPosted && line ? postedWrites(m, line.device) : null;
  const rearm = bugs.has('boot-wedge') ? undefined : vfio[0]?.automask?.unmask;
  return ok(
    wirePlatform(machine.value, settings, facts, {
      vfio,
      acked,
      ...(writes
        ? {
            posted: { writes, barrier: !bugs.has(EOI_BEFORE_WRITE.name) },
            costs: { postedWrite: POSTED_WRITE_NS },
          }
        : {}),
      ...(rearm ? { rearmAfterReset: rearm } : {}),
      ...(deferred !== null && procedure
        ? { lateResample: { isDue: (s: State) => s[deferred] === 1, procedure } }
        : {}),
    }),
  );
}
