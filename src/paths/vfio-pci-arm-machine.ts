import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { Field } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { GICV2, GICV3 } from '../machine/hardware/gic-version.ts';
import { gicCpuInterface, gicLine } from '../machine/hardware/gicv2.ts';
import type { GicCpuInterface, GicLine } from '../machine/hardware/gicv2.ts';
import { pciFunction } from '../machine/hardware/pci-function.ts';
import type { PciFunction } from '../machine/hardware/pci-function.ts';
import { eventfd } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { irqDescriptor } from '../machine/kernel/genirq.ts';
import type { IrqDescriptor } from '../machine/kernel/genirq.ts';
import { memorySlot } from '../machine/kernel/memory-slot.ts';
import type { MemorySlot } from '../machine/kernel/memory-slot.ts';
import { vcpuState } from '../machine/kernel/vcpu-state.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';
import { vgicIrq } from '../machine/kernel/vgic.ts';
import type { VgicIrq } from '../machine/kernel/vgic.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import type { CompleteSettings } from './read-settings.ts';
import { pciBasis } from './vfio-pci-basis.ts';
import { startsMapped } from './vfio-pci-machine.ts';

/** The second of the virt machine's four INTx lines, which start at SPI 3, as traces A2 and A3 show it. */
const INTID = 36;
/** The same line as KVM's irqfd code numbers it. */
export const ARM_INTX_GSI = INTID - 32;

/** What every INTx path of an assigned PCI function on Arm is built on, before it is decided who injects. */
export interface ArmPciMachine {
  readonly m: ModelBuilder;
  readonly device: PciFunction;
  readonly hostCpu: GicCpuInterface;
  readonly gic: GicLine;
  /** Null if the function is masked by itself. */
  readonly descriptor: IrqDescriptor | null;
  readonly trigger: Eventfd;
  readonly vcpu: Vcpu;
  readonly irq: VgicIrq;
  readonly slot: MemorySlot;
  readonly lock: Bql;
  /** NAPI has been scheduled in the guest; null if its driver has none. */
  readonly napi: Field | null;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
  /** Whether all that a real host shows goes on around the vCPU. */
  readonly isReal: boolean;
}

/** Adds the parts that all these paths share. An error says which fact or setting does not go with which. */
export function armPciMachine(
  settings: CompleteSettings,
  { host }: Facts,
  bugs: ReadonlySet<string>,
): Result<ArmPciMachine> {
  const basis = pciBasis(settings, host);
  if (!basis.ok) return basis;
  if (settings.choice('irqchip') !== 'on') {
    return fail('arch=arm needs irqchip=on: a GIC that QEMU emulates is not modelled');
  }
  if (settings.choice('intremap', 'off') === 'on') {
    return fail('intremap=on is interrupt remapping of x86: expected off with arch=arm');
  }
  const { hasNapi, otherCpu } = basis.value;
  const m = new ModelBuilder();
  const pci23 = settings.choice('intxMask') === 'pci23';
  const device = pciFunction(m, { pci23, masksItself: hasNapi });
  const hostCpu = gicCpuInterface(m, settings.choice('gic') === '3' ? GICV3 : GICV2);
  const gic = gicLine(m, {
    suffix: '',
    trigger: 'level',
    wire: device.assertsIntx,
    cpu: hostCpu,
    showsActive: false,
  });
  return ok({
    m,
    device,
    hostCpu,
    gic,
    descriptor: pci23 ? null : irqDescriptor(m, '', gic, 1, bugs.has('lazy-disable')),
    trigger: eventfd(m, 'trigger'),
    vcpu: vcpuState(m),
    irq: vgicIrq(m, {
      suffix: '',
      intid: INTID,
      config: 'level',
      fromReset: false,
      pendingWhileActive: bugs.has('active-pending-storm'),
      queuedUnseen: false,
    }),
    slot: memorySlot(m, startsMapped(settings), ''),
    lock: bql(m),
    napi: hasNapi ? m.field('NAPI', { values: ['idle', 'scheduled'] }) : null,
    otherCpu,
    isReal: settings.choice('surroundings', 'quiet') === 'real',
  });
}
