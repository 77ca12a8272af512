import type { Facts } from '../facts/facts.ts';
import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure } from '../engine/step.ts';
import { ioapicAckLevelByMmio, ioapicIrAckLevelByMmio } from '../machine/guest/x86-end-interrupt.ts';
import { injectedDelivery } from '../machine/guest/x86-irq.ts';
import { addEoiInjectWork, PAUSE_ENDS } from '../machine/kernel/eoi-inject.ts';
import { q35IrqLine } from '../machine/kernel/ioapic-irq-line.ts';
import { irqLineOfMsi } from '../machine/kernel/msi-route.ts';
import { eoiPause } from '../machine/kernel/successive-eois.ts';
import type { EoiPause } from '../machine/kernel/successive-eois.ts';
import { vcpuRunUserspaceApic } from '../machine/kernel/vcpu-run-userspace-apic.ts';
import { QEMU_IOAPIC } from '../machine/parties.ts';
import { qemuApic } from '../machine/qemu/apic.ts';
import { ioapicEoiExit, ioapicEoiWrite } from '../machine/qemu/ioapic-eoi-exits.ts';
import { qemuIoapicPin } from '../machine/qemu/ioapic.ts';
import type { QemuIoapicPin } from '../machine/qemu/ioapic.ts';
import { ioapicDelayedService, QEMU_PAUSE_ENDS } from '../machine/qemu/ioapic-delayed-service.ts';
import type { MmapTimer } from '../machine/qemu/mmap-timer.ts';
import { userspaceApic } from '../machine/qemu/userspace-apic.ts';
import { lineVcpu, VECTOR } from './line-vcpu.ts';
import type { LineVcpu } from './line-vcpu.ts';
import { GSI, withKernelIrqchip } from './vfio-pci-machine.ts';
import type { PciBase } from './vfio-pci-machine.ts';
import { kernelIrqchip } from './wire-vfio-pci.ts';
import type { GuestIrqchip } from './wire-vfio-pci.ts';

/** The guest's interrupt controllers, and how a device model of QEMU moves its line. */
export interface LineIrqchip {
  readonly chip: GuestIrqchip;
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
  /** Whether the pin is up. */
  readonly isUp: (s: State) => boolean;
  /** A timer of QEMU's IOAPIC; absent if it has none. */
  readonly timer?: Pick<MmapTimer, 'expired' | 'callback'>;
}

/** What the guest's interrupt controllers are added to. */
export type IrqchipBase = Pick<PciBase, 'm' | 'vcpu' | 'lock' | 'isReal'>;

/**
 * Adds the interrupt controllers of `kernel-irqchip=on`, `split` or `off`. With `isRemapped`, which needs an IOAPIC in
 * QEMU, the guest ends an interrupt at its EOI register. `eoisBeforePause` is null if the IOAPIC never pauses in a storm.
 */
export function lineIrqchip(
  base: IrqchipBase,
  facts: Facts,
  irqchip: string,
  isRemapped: boolean,
  eoisBeforePause: number | null = null,
): LineIrqchip {
  const timerName = irqchip === 'on' ? 'eoi_inject timer' : 'IOAPIC timer';
  const pause = eoisBeforePause === null ? null : eoiPause(base.m, eoisBeforePause, timerName);
  if (irqchip === 'split') return splitIrqchip(base, facts, isRemapped, pause);
  if (irqchip === 'off') return qemuIrqchip(base, isRemapped, pause);
  const machine = withKernelIrqchip(base, facts, pause === null ? {} : { pause });
  const { vcpuCpu } = facts.host;
  const work = pause === null ? null : addEoiInjectWork(base.m, pause, machine.pin, vcpuCpu);
  return {
    chip: {
      ...kernelIrqchip(machine, null),
      ...(work === null ? {} : { pauseEnds: PAUSE_ENDS, timerWork: work }),
    },
    raiseLine: q35IrqLine(1, machine.pin),
    lowerLine: q35IrqLine(0, machine.pin),
    isUp: (s) => s[machine.pin.irr] === 1,
  };
}

/** The local APIC in KVM, the IOAPIC in QEMU: its message is a GSI of KVM, its end of interrupt an exit. */
export function splitIrqchip(
  { m, vcpu, lock }: Pick<IrqchipBase, 'm' | 'vcpu' | 'lock'>,
  { host, guest }: Facts,
  isRemapped: boolean,
  pause: EoiPause | null,
): LineIrqchip & { readonly target: LineVcpu } {
  const trigger = isRemapped ? 'edge' : 'level';
  const target = lineVcpu({ m, vcpu }, host, { trigger, pvEoi: isRemapped && guest.pvEoi === 'on' });
  const service = irqLineOfMsi({ gsi: GSI, lapic: target.lapic, trigger });
  const vector = isRemapped ? GSI : VECTOR;
  const pin = qemuIoapicPin(m, {
    pin: GSI,
    vector,
    service,
    serviceAtEoi: service,
    ...(pause === null ? {} : { pause }),
  });
  return {
    chip: {
      ...target,
      run: (loop) => target.run(loop, { exits: !isRemapped }),
      isAtRest: (s) => pin.isAtRest(s) && target.isAtRest(s),
      vcpuThread: {
        otherExits: isRemapped
          ? ioapicEoiWrite(vcpu, lock, pin.eoiBroadcast)
          : ioapicEoiExit(vcpu, pin.eoiBroadcast),
      },
      ...(pause === null ? {} : { pauseEnds: QEMU_PAUSE_ENDS }),
    },
    target,
    ...gsiHandler(pin),
    ...(pause === null ? {} : { timer: ioapicDelayedService(m, pause, pin, service) }),
  };
}

/** All in QEMU. */
function qemuIrqchip(
  { m, vcpu, lock, isReal }: IrqchipBase,
  isRemapped: boolean,
  pause: EoiPause | null,
): LineIrqchip {
  const apic = qemuApic(m, { vcpu, vector: VECTOR, trigger: isRemapped ? 'edge' : 'level' });
  const pin = qemuIoapicPin(m, {
    pin: GSI,
    vector: isRemapped ? GSI : VECTOR,
    service: apic.deliver,
    serviceAtEoi: apic.deliverToSelf,
    ...(pause === null ? {} : { pause }),
  });
  return {
    chip: {
      delivery: injectedDelivery(vcpu),
      run: (loop) => vcpuRunUserspaceApic({ ...loop, vector: VECTOR, signal: apic.signal }),
      end: isRemapped ? ioapicIrAckLevelByMmio(vcpu) : ioapicAckLevelByMmio(vcpu, VECTOR),
      isAtRest: (s) => pin.isAtRest(s) && s[apic.irr] === 0 && s[apic.signal] === 0,
      vcpuThread: userspaceApic({
        vcpu,
        apic,
        bql: lock,
        isRemapped,
        broadcast: pin.eoiBroadcast,
        hasOthers: isReal,
      }),
      ...(pause === null ? {} : { pauseEnds: QEMU_PAUSE_ENDS }),
    },
    ...gsiHandler(pin),
    ...(pause === null ? {} : { timer: ioapicDelayedService(m, pause, pin, apic.deliver) }),
  };
}

/** The line of q35's pin, then the PIC route of the pin (IRQ 10, low), which changes nothing. */
function gsiHandler(pin: QemuIoapicPin): Pick<LineIrqchip, 'raiseLine' | 'lowerLine' | 'isUp'> {
  const line = (level: 0 | 1, direction: 'raise' | 'lower'): Procedure =>
    procedure(QEMU_IOAPIC, `gsi_handler(${String(level)})`, {
      [`${direction}-gsi`]: { at: 'QEMU hw/i386/x86.c gsi_handler', call: pin.setIrq(level) },
      [`${direction}-update-ioapic`]: {
        at: 'QEMU hw/isa/lpc_ich9.c ich9_lpc_update_pic',
        emits: ['qemu:ioapic_set_irq vector: 10 level: 0'],
      },
    });
  return { raiseLine: line(1, 'raise'), lowerLine: line(0, 'lower'), isUp: (s) => s[pin.irr] === 1 };
}
