import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { ackNotifier } from '../machine/kernel/ack-notifier.ts';
import { EOIFD_AT, eoifdShutdowns } from '../machine/kernel/eoifd.ts';
import { addLifetime, ATTACHED, GONE, stageField } from '../machine/kernel/irqfd-lifetime.ts';
import { levelIrqfd } from '../machine/kernel/level-irqfd.ts';
import { maskByIoctl } from '../machine/kernel/vfio-pci-mask.ts';
import { EOIFD_BUGS } from './irqfd-lifetime-bugs.ts';
import { lifetimeSettings } from './irqfd-lifetime-settings.ts';
import { pciLine, SOURCE_ID, wirePciLine } from './irqfd-pci-line.ts';
import type { PathModule } from './path.ts';
import { readSettings } from './read-settings.ts';
import type { CompleteSettings } from './read-settings.ts';
import { pciMachine } from './vfio-pci-machine.ts';
import { E1000_WORKLOAD_SETTINGS, INTX_MASK_SETTING } from './vfio-pci-settings.ts';
import type { Wiring } from './wiring.ts';
import { MMAP_SETTING } from './workload-settings.ts';

/** Parts that can be left out to see what they are for. */
export interface EoifdParts {
  /** A shutdown waits for who still uses its object. */
  readonly waits: boolean;
}

const ALL_PARTS: EoifdParts = { waits: true };

/** `irqfd/eoifd`: an irqfd that holds its line, and a second object that lowers it at the end of the interrupt. */
export const IRQFD_EOIFD: PathModule = {
  info: {
    id: 'irqfd/eoifd',
    title: 'Level irqfd and eoifd, two objects with one irq source id',
    leg: 'interrupt',
    documents: ['003'],
    status: 'proposed',
    introduced: null,
    removed: null,
    selectedBy: ['nothing: KVM_EOIFD v7 of July 2012 was never merged'],
    evidence: 'source',
    bugs: EOIFD_BUGS,
  },
  settings: [
    ...lifetimeSettings(
      'close-eoifd',
      'QEMU takes the device back while it runs: it closes the irqfd or the eoifd first and then the other, or ' +
        'deassigns both by ioctl',
    ),
    MMAP_SETTING,
    INTX_MASK_SETTING,
    ...E1000_WORKLOAD_SETTINGS,
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireEoifd(settings.value, facts, bugs, ALL_PARTS) : settings;
  },
};

/**
 * Wires the path from its parts. Source of the order: document 003 and the review of v7 (lkml.org/lkml/2012/8/6/135);
 * nobody has a trace of it.
 */
export function wireEoifd(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: EoifdParts,
): Result<Wiring> {
  const machine = pciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, trigger, pin, otherCpu } = machine.value;
  const how = settings.choice('lifetime');
  const stages = how === 'steady' ? null : { irqfd: stageField(m, 'irqfd'), eoifd: stageField(m, 'eoifd') };
  const irqfd = levelIrqfd(m, {
    eventfd: trigger,
    raise: pin.setIrq(1),
    gsi: pin.pin,
    sourceId: SOURCE_ID,
    cpu: facts.host.irqCpu,
    stage: stages?.irqfd ?? null,
  });
  const line = pciLine(machine.value, facts, irqfd, { name: 'eoifd' });
  const notifier = ackNotifier(m, {
    name: 'eoifd',
    at: EOIFD_AT,
    lower: pin.setIrq(0),
    notify: line.notify.signal,
    gsi: pin.pin,
    sourceId: SOURCE_ID,
    stage: stages?.eoifd ?? null,
  });
  if (stages === null) {
    const ends = { irqfd, acked: notifier.acked, lifetime: null };
    return ok(wirePciLine(machine.value, settings, facts, line, ends));
  }
  const ends = eoifdShutdowns({
    irqfd,
    notifier,
    stages,
    lower: pin.setIrq(0),
    loweredLast: bugs.has('lowered-last'),
    waits: parts.waits,
  });
  const eoifdFirst = how === 'close-eoifd' || (how === 'deassign' && bugs.has('eoifd-first'));
  const lifetime = addLifetime(m, {
    attachments: eoifdFirst ? [ends.eoifd, ends.irqfd] : [ends.irqfd, ends.eoifd],
    how: how === 'deassign' ? 'deassign' : 'close',
    forgotten: how !== 'deassign' && bugs.has('forgotten-close') ? 1 : 0,
    mask: maskByIoctl(machine.value, line.vfio),
    ioctl: (name) => (name === 'irqfd' ? 'KVM_IRQFD' : 'KVM_EOIFD'),
    cpu: otherCpu,
  });
  return ok(
    wirePciLine(machine.value, settings, facts, line, {
      irqfd,
      acked: notifier.acked,
      lifetime,
      leaked: (s) =>
        (s[stages.irqfd] === GONE && s[stages.eoifd] === ATTACHED) ||
        (s[stages.eoifd] === GONE && s[stages.irqfd] === ATTACHED),
    }),
  );
}
