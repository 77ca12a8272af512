import { vectorChange } from '../machine/guest/msix-vector.ts';
import type { VectorChange } from '../machine/guest/msix-vector.ts';
import type { MsixEntry } from '../machine/hardware/msix-entry.ts';
import { eventfd, signalledBy } from '../machine/kernel/eventfd.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { signalMsi } from '../machine/kernel/kvm-msi.ts';
import { vfioMsiTrigger } from '../machine/kernel/vfio-msi-trigger.ts';
import { VFIO_PCI } from '../machine/parties.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import { isTableAccess, msixTable, writeVectorControl } from '../machine/qemu/msix-table.ts';
import { vfioMsiInterrupt } from '../machine/qemu/vfio-msi.ts';
import type { ChoiceSetting, KnownBug, NumberSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { MsiMachine, MsiVcpu } from './vfio-pci-msi-machine.ts';
import { BDF } from './wire-vfio-pci-msi.ts';
import type { MsiPath } from './wire-vfio-pci-msi.ts';

/** What the guest does to its vectors while they are in use. */
export const VECTOR_CHANGE_SETTINGS: readonly [ChoiceSetting, NumberSetting] = [
  {
    name: 'vectorChange',
    kind: 'choice',
    choices: ['none', 'mask', 'enable-second'],
    default: 'none',
    description:
      'mask: a guest that computes moves its vector (masks, rewrites, unmasks it) again and again; enable-second: it takes a second vector into use while the first is busy',
  },
  {
    name: 'vectorChangeUs',
    kind: 'number',
    unit: 'us',
    default: 500,
    minimum: 1,
    maximum: 3_600_000_000,
    description: 'time until such a change, and from one to the next',
    onlyWith: { setting: 'vectorChange', values: ['mask', 'enable-second'] },
  },
];

/** QEMU before dynamic MSI-X allocation, and QEMU since then on a kernel that does not offer it. */
export const DISABLE_TO_GROW: KnownBug = {
  name: 'msix-disable-to-grow',
  title:
    'One more MSI-X vector in use: QEMU disables all of them and enables a bigger set; a message in between is lost',
  introducedIn: null,
  fixedIn: 'QEMU 8.2',
  violates: 'no-lost-interrupt',
  needs: { vectorChange: 'enable-second', guest: 'busy' },
  source:
    'QEMU hw/vfio/pci.c vfio_msix_vector_do_use before "vfio/pci: dynamic MSI-X allocation" (d9e6710d7d, pulled in October 2023, between 8.1 and 8.2; it needs a kernel without VFIO_IRQ_INFO_NORESIZE for MSI-X)',
};

/** Adds both ways of a vector that the guest masks or adds to: KVM's irqfd, and QEMU's main loop. */
export function changingVector(
  machine: MsiMachine & { readonly entry: MsixEntry },
  target: MsiVcpu,
  kvm: SignalledEventfd,
  settings: CompleteSettings,
  bugs: ReadonlySet<string>,
): MsiPath {
  const { m, device, entry, vcpu, lock, otherCpu } = machine;
  const qemu = signalledBy(VFIO_PCI, eventfd(m, 'qemu-trigger'));
  const inProgress = m.field('IRQD_IRQ_INPROGRESS', { values: ['no', 'yes'] });
  const trigger = vfioMsiTrigger(m, { entry, message: device.message, inProgress, kvm, qemu });
  const table = msixTable(m);
  const send = signalMsi(target.destination);
  const interrupt = vfioMsiInterrupt({ trigger: qemu, bdf: BDF, capability: 'msix', send, table });
  m.process(
    'main loop',
    { kind: 'thread', cpu: otherCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: qemu, handler: interrupt }], null),
  );
  const change = settings.choice('vectorChange') as VectorChange;
  return {
    handler: trigger.handler,
    inProgress,
    triggers: [kvm, qemu],
    msixTable: {
      isAccess: isTableAccess(vcpu.mmioRegister),
      procedure: writeVectorControl({
        table,
        trigger,
        send,
        register: vcpu.mmioRegister,
        bdf: BDF,
        disablesToGrow: bugs.has(DISABLE_TO_GROW.name),
      }),
    },
    task: vectorChange(m, { vcpu, running: device.running, change }),
    costs: { vectorChangePeriod: settings.number('vectorChangeUs') * 1000 },
    isAtRest: (s) => s[table.pending] === 0,
  };
}
