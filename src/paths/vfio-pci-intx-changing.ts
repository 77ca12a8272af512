import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { eventfd, signalledBy, signalledUnderLock } from '../machine/kernel/eventfd.ts';
import { changingIrqfd, heldIrqfd } from '../machine/kernel/irqfd-assign.ts';
import type { PinOfSource } from '../machine/kernel/irq-source.ts';
import { vfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { maskByIoctl } from '../machine/kernel/vfio-pci-mask.ts';
import { unmaskByIoctl, unmaskVirqfd } from '../machine/kernel/vfio-pci-unmask.ts';
import { addUnmaskEventfd } from '../machine/kernel/vfio-unmask-eventfd.ts';
import { KVM, VFIO_PCI } from '../machine/parties.ts';
import type { IntxKvmWiring } from '../machine/qemu/vfio-intx-kvm.ts';
import type { IntxUpdateWiring } from '../machine/qemu/vfio-intx-update.ts';
import type { CompleteSettings } from './read-settings.ts';
import { HOST_IRQ } from './vfio-pci-machine.ts';
import type { PciMachine } from './vfio-pci-machine.ts';
import type { PciPath } from './wire-vfio-pci.ts';

/** Parts of the change that can be left out to see what they are for. */
export interface ChangingParts {
  /** KVM_IRQFD looks for a signal that came before it. */
  readonly polls: boolean;
  /** Each way ends with an unmask. */
  readonly unmasksLast: boolean;
}

/** What the irqfd that comes and goes is bound to. */
export interface ChangingIntxOptions {
  readonly startsWithQemu: boolean;
  /** The pin as the resampler's irq source sees it, and the way to it. */
  readonly pin: PinOfSource;
  readonly raise: Procedure;
  readonly lowerAtShutdown: Procedure | null;
  /** The GSI of the moment, where it is not always that of the pin. */
  readonly gsi?: (s: State) => number;
  readonly loweredLast: boolean;
  readonly parts: ChangingParts;
}

/** An INTx whose handling can change while the device runs. */
export interface ChangingIntx {
  readonly path: PciPath;
  readonly change: Omit<IntxKvmWiring, 'userspace'>;
  readonly update: Omit<IntxUpdateWiring, 'enable' | 'disable'>;
}

/** How long it takes to wait for running acknowledge notifiers (synchronize_srcu): assumed. */
const GRACE_PERIOD_NS = 100_000;

/** Adds VFIO's part and KVM's. */
export function changingIntx(
  { m, trigger, device, descriptor, lock, otherCpu }: PciMachine,
  settings: CompleteSettings,
  { host }: Facts,
  options: ChangingIntxOptions,
): ChangingIntx {
  const { pin, raise, parts } = options;
  const held = heldIrqfd(
    m,
    { eventfd: trigger, raise, gsi: options.gsi ?? pin.pin, cpu: host.irqCpu },
    options.startsWithQemu,
  );
  const signalled = signalledUnderLock(VFIO_PCI, trigger, held.irqfd.wakeup, held.irqfd.isHooked);
  const vfio = vfioPciIntx(m, { device, descriptor, trigger: signalled, irq: HOST_IRQ });
  const resample = eventfd(m, 'resample');
  const virqfd = unmaskVirqfd(m, { intx: vfio, resample, trigger: signalled, cpu: host.vcpuCpu });
  const unmaskEventfd = addUnmaskEventfd(m, {
    eventfd: resample,
    startsEnabled: !options.startsWithQemu,
    unmask: virqfd.unmask,
  });
  const irqfd = changingIrqfd(m, {
    held,
    gsi: pin.pin,
    lower: pin.setIrq(0),
    lowerAtShutdown: options.lowerAtShutdown,
    resample: signalledBy(KVM, resample, virqfd.wakeup, unmaskEventfd.isHeard).signal,
    loweredLast: options.loweredLast,
    polls: parts.polls,
    cleanupCpu: otherCpu,
  });
  const works = [
    { work: held.irqfd.work, cpu: host.irqCpu },
    ...(virqfd.work === null ? [] : [{ work: virqfd.work, cpu: host.vcpuCpu }]),
  ];
  return {
    path: {
      vfio,
      acked: irqfd.acked,
      works,
      costs: { intxChange: settings.number('changeUs') * 1000, gracePeriod: GRACE_PERIOD_NS },
      isAtRest: (s) => works.every(({ work }) => s[work] === 0),
    },
    change: {
      irqfd,
      unmaskEventfd,
      mask: maskByIoctl({ device, descriptor }, vfio),
      unmask: unmaskByIoctl(vfio, signalled),
      unmasksLast: parts.unmasksLast,
    },
    update: { bql: lock, cpu: otherCpu, running: device.running },
  };
}
