import type { Facts } from '../facts/facts.ts';
import { moveInHandler } from '../machine/guest/x86-affinity.ts';
import { ioapicAckLevel } from '../machine/guest/x86-end-interrupt.ts';
import { injectedDelivery } from '../machine/guest/x86-irq.ts';
import { acceptAtDestination } from '../machine/kernel/ioapic-destination.ts';
import type { ScannedVcpu } from '../machine/kernel/ioapic-destination.ts';
import type { Lapic } from '../machine/kernel/lapic.ts';
import { vcpuRun } from '../machine/kernel/vcpu-enter-guest.ts';
import { ioapicEoiExit } from '../machine/qemu/ioapic-eoi-exits.ts';
import { ioapicRteWrite } from '../machine/qemu/ioapic-rte-write.ts';
import type { Procedure } from '../engine/step.ts';
import { secondVcpu, vcpusOfTwo } from './vfio-pci-affinity.ts';
import type { SecondVcpu } from './vfio-pci-affinity.ts';
import type { PciBase } from './vfio-pci-machine.ts';
import type { GuestIrqchip } from './wire-vfio-pci.ts';

/** Two vCPUs with their local APICs in KVM and the IOAPIC in QEMU. */
export interface SplitOfTwo {
  readonly second: SecondVcpu;
  /** The local APIC of the vCPU that the pin's route names, for whoever sends. */
  readonly sentTo: Lapic;
  /** The interrupt controllers as each sees them; `broadcast` is what QEMU does at the end of an interrupt. */
  readonly irqchips: (broadcast: Procedure) => readonly [GuestIrqchip, GuestIrqchip];
}

/** Adds the second vCPU, and which ends of interrupts each of the two passes on to QEMU. */
export function splitOfTwo(
  base: PciBase,
  first: Lapic,
  { host }: Facts,
  bugs: ReadonlySet<string>,
): SplitOfTwo {
  const { m, vcpu, lock } = base;
  const second = secondVcpu(m, host);
  const { destination } = second;
  const [a, b] = vcpusOfTwo(m, { vcpu, lapic: first }, second, bugs);
  const own: ScannedVcpu = { vcpu, scan: a.scan };
  const other: ScannedVcpu = { vcpu: second.vcpu, scan: b.scan };
  const chip = (
    { vcpu: mine, scan }: ScannedVcpu,
    theirs: ScannedVcpu,
    lapic: Lapic,
    broadcast: Procedure,
  ): GuestIrqchip => {
    const eoi = ioapicEoiExit(mine, broadcast);
    const rte = ioapicRteWrite(lock, destination, { vcpu: mine, scan }, theirs);
    return {
      delivery: injectedDelivery(mine),
      run: (loop) => vcpuRun({ ...loop, lapic, eoi: { exits: true, scan } }),
      end: { ...moveInHandler(mine), ...ioapicAckLevel(mine, lapic.vector) },
      isAtRest: (s) => s[lapic.irr] === 0,
      vcpuThread: {
        otherExits: {
          firstStep: (s) => eoi.firstStep(s) ?? rte.firstStep(s),
          steps: { ...rte.steps, ...eoi.steps },
        },
      },
    };
  };
  return {
    second,
    sentTo: {
      ...first,
      acceptAtomic: acceptAtDestination(destination, [first.acceptAtomic, second.lapic.acceptAtomic]),
    },
    irqchips: (broadcast) => [chip(own, other, first, broadcast), chip(other, own, second.lapic, broadcast)],
  };
}
