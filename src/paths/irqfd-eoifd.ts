import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { ackNotifier } from '../machine/kernel/ack-notifier.ts';
import { IMC_WRITE, IMS_WRITE } from '../machine/hardware/pci-function.ts';
import { addDriverReload, assignAgain, hasLeaked } from '../machine/kernel/eoifd-assign.ts';
import type { SourceIds } from '../machine/kernel/eoifd-assign.ts';
import { EOIFD_AT, eoifdShutdowns } from '../machine/kernel/eoifd.ts';
import { addLifetime, ATTACHED, GONE, stageField } from '../machine/kernel/irqfd-lifetime.ts';
import { levelIrqfd } from '../machine/kernel/level-irqfd.ts';
import { maskByIoctl } from '../machine/kernel/vfio-pci-mask.ts';
import { unmaskByIoctl } from '../machine/kernel/vfio-pci-unmask.ts';
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
      ['close-eoifd', 'reassign'],
      'QEMU takes the device back while it runs: it closes the irqfd or the eoifd first and then the other, or ' +
        'deassigns both by ioctl; reassign: it deassigns both and assigns new ones, again and again, for a guest whose ' +
        'driver is loaded anew or goes over to MSI and back (napi=on)',
    ),
    {
      name: 'sourceIds',
      kind: 'number',
      unit: '',
      default: 3,
      minimum: 1,
      maximum: 62,
      description:
        'irq source ids that are left for this line (lifetime=reassign). A VM has 64, the bits of a long, of which userspace, ' +
        'the PIT and every other level irqfd take one each; few, so that all of it can be explored',
    },
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
  const { m, device, trigger, pin, otherCpu } = machine.value;
  const how = settings.choice('lifetime');
  if (how === 'reassign' && settings.choice('napi') === 'off') {
    return fail(
      'lifetime=reassign needs napi=on: a driver that masks its function before it lets go of the line',
    );
  }
  const stages = how === 'steady' ? null : { irqfd: stageField(m, 'irqfd'), eoifd: stageField(m, 'eoifd') };
  const sourceIds = how === 'reassign' ? sourceIdsOf(m, settings.number('sourceIds')) : null;
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
    sourceIdsTaken: sourceIds?.taken ?? null,
  });
  const forgets = how !== 'deassign' && bugs.has('forgotten-close');
  const deassigns = how === 'deassign' || how === 'reassign';
  const eoifdFirst = how === 'close-eoifd' || (deassigns && bugs.has('eoifd-first') && !forgets);
  const lifetime = addLifetime(m, {
    attachments: eoifdFirst ? [ends.eoifd, ends.irqfd] : [ends.irqfd, ends.eoifd],
    how: deassigns ? 'deassign' : 'close',
    forgotten: forgets ? 1 : 0,
    mask: maskByIoctl(machine.value, line.vfio),
    ioctl: (name) => (name === 'irqfd' ? 'KVM_IRQFD' : 'KVM_EOIFD'),
    cpu: otherCpu,
    ...(sourceIds === null
      ? {}
      : {
          again: {
            addRequest: (asked) => {
              addDriverReload(m, asked, {
                mayStop: (s) => device.running(s) && wiring.isAtRest(s),
                disable: (s) => {
                  device.access(s, IMC_WRITE);
                },
              });
            },
            steps: (management) => {
              const unmask = unmaskByIoctl(line.vfio, line.signalled);
              const enable = (s: State): void => {
                device.access(s, IMS_WRITE);
              };
              return assignAgain({ irqfd, notifier, stages, sourceIds, unmask, enable }, management);
            },
          },
        }),
  });
  const wiring: Wiring = wirePciLine(machine.value, settings, facts, line, {
    irqfd,
    acked: notifier.acked,
    lifetime,
    leaked: (s) =>
      (sourceIds !== null && hasLeaked(sourceIds, s)) ||
      (s[stages.irqfd] === GONE && s[stages.eoifd] === ATTACHED) ||
      (s[stages.eoifd] === GONE && s[stages.irqfd] === ATTACHED),
  });
  return ok(wiring);
}

/** Adds the count of the ids that are taken: at the start, the one of this line. */
function sourceIdsOf(m: ModelBuilder, most: number): SourceIds {
  return { most, taken: m.field('irq source ids taken', { max: most, initial: 1, notable: true }) };
}
