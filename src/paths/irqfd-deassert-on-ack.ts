import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import { ackNotifier } from '../machine/kernel/ack-notifier.ts';
import {
  addDeassertClose,
  DEASSERT_ON_ACK_AT,
  deassertOnAckShutdown,
} from '../machine/kernel/deassert-on-ack.ts';
import { addLifetime, GONE, stageField } from '../machine/kernel/irqfd-lifetime.ts';
import { levelIrqfd } from '../machine/kernel/level-irqfd.ts';
import { maskByIoctl } from '../machine/kernel/vfio-pci-mask.ts';
import { DEASSERT_ON_ACK_BUGS } from './irqfd-lifetime-bugs.ts';
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
export interface DeassertOnAckParts {
  /** The shutdown waits for who still uses the irqfd. */
  readonly waits: boolean;
}

const ALL_PARTS: DeassertOnAckParts = { waits: true };

/** `irqfd/deassert-on-ack`: one irqfd that holds its line, lowers it at the end of the interrupt and tells of it. */
export const IRQFD_DEASSERT_ON_ACK: PathModule = {
  info: {
    id: 'irqfd/deassert-on-ack',
    title: 'Irqfd that de-asserts on acknowledge, one object',
    leg: 'interrupt',
    documents: ['003'],
    status: 'proposed',
    introduced: null,
    removed: null,
    selectedBy: [
      'nothing: the flags that M. S. Tsirkin proposed in August 2012 became KVM_IRQFD_FLAG_RESAMPLE in another shape',
    ],
    evidence: 'source',
    bugs: DEASSERT_ON_ACK_BUGS,
  },
  settings: [
    ...lifetimeSettings(
      ['close-deassert'],
      'QEMU takes the device back while it runs, by closing or deassigning the irqfd, or it closes deassert_eventfd and ' +
        'lets the device run on',
    ),
    MMAP_SETTING,
    INTX_MASK_SETTING,
    ...E1000_WORKLOAD_SETTINGS,
  ],
  wire(given, facts, bugs) {
    const settings = readSettings(this.settings, given);
    return settings.ok ? wireDeassertOnAck(settings.value, facts, bugs, ALL_PARTS) : settings;
  },
};

/** Wires the path from its parts. Source of the order: document 003; nobody has a trace of it. */
export function wireDeassertOnAck(
  settings: CompleteSettings,
  facts: Facts,
  bugs: ReadonlySet<string>,
  parts: DeassertOnAckParts,
): Result<Wiring> {
  const machine = pciMachine(settings, facts, bugs);
  if (!machine.ok) return machine;
  const { m, trigger, pin, otherCpu } = machine.value;
  const how = settings.choice('lifetime');
  const stage = how === 'close-irqfd' || how === 'deassign' ? stageField(m, 'irqfd') : null;
  const virqfd =
    how === 'close-deassert' && bugs.has('vfio-loses-its-eventfd') ? stageField(m, 'virqfd') : null;
  const irqfd = levelIrqfd(m, {
    eventfd: trigger,
    raise: pin.setIrq(1),
    gsi: pin.pin,
    sourceId: SOURCE_ID,
    cpu: facts.host.irqCpu,
    stage,
  });
  const line = pciLine(machine.value, facts, irqfd, {
    name: 'deassert',
    ...(virqfd === null ? {} : { listens: (s) => s[virqfd] !== GONE }),
  });
  const notifier = ackNotifier(m, {
    name: 'deassert',
    at: DEASSERT_ON_ACK_AT,
    lower: pin.setIrq(0),
    notify: line.notify.signal,
    gsi: pin.pin,
    sourceId: SOURCE_ID,
    stage,
  });
  if (how === 'close-deassert') addDeassertClose(m, { virqfd, deassert: line.notify, cpu: otherCpu });
  const lifetime =
    stage === null
      ? null
      : addLifetime(m, {
          attachments: [
            deassertOnAckShutdown({
              irqfd,
              notifier,
              stage,
              lower: pin.setIrq(0),
              loweredLast: bugs.has('lowered-last'),
              waits: parts.waits,
            }),
          ],
          how: how === 'deassign' ? 'deassign' : 'close',
          forgotten: 0,
          mask: maskByIoctl(machine.value, line.vfio),
          ioctl: () => 'KVM_IRQFD',
          cpu: otherCpu,
        });
  const ends = { irqfd, acked: notifier.acked, lifetime };
  return ok(wirePciLine(machine.value, settings, facts, line, ends));
}
