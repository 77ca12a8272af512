import type { State } from '../engine/state.ts';
import type { Party, Procedure } from '../engine/step.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { irqfdAtomic } from '../machine/kernel/irqfd.ts';
import { setMsiInAtomic, signalMsi } from '../machine/kernel/kvm-msi.ts';
import type { MsiDestination } from '../machine/kernel/kvm-msi.ts';
import { isrRead, raiseIntx } from '../machine/qemu/virtio-pci-intx.ts';
import type { IsrRegister } from '../machine/qemu/virtio-pci-intx.ts';
import type { GuestInterrupt, LineInterrupt } from './virtio-interrupt.ts';
import type { VirtioBasis } from './virtio-machine.ts';

/** A message, as the device in QEMU sends it. */
export interface MessageTarget {
  readonly kind: 'message';
  /** QEMU hands it over by an ioctl. */
  readonly send: Procedure;
  /** The functions of QEMU that it goes through to there. */
  readonly sendAt: string;
  /** Adds what KVM does inside the signal of an eventfd that is bound to the message. */
  readonly irqfd: (notifier: Eventfd) => {
    readonly wakeup: Procedure;
    /** Whether it is there; absent if it always is. */
    readonly isAttached?: (s: State) => boolean;
    readonly isAtRest: (s: State) => boolean;
  };
}

/** A line, as the device in QEMU has it. */
export interface LineTarget {
  readonly kind: 'line';
  readonly isr: IsrRegister;
  /** The device raises it, under the BQL. */
  readonly raise: Procedure;
  /** The guest reads what it was raised for. */
  readonly read: Procedure;
  /**
   * What a write of the guest to the device runs where the driver has more to write than notifications; null where not.
   * `handleQueue` is null if an ioeventfd takes these.
   */
  readonly write: ((handleQueue: Procedure | null, setsIsrUnlocked: boolean) => Procedure) | null;
}

/** What the device in QEMU interrupts the guest by, as the guest has configured it. */
export type CallTarget = MessageTarget | LineTarget;

/** The same of a guest on x86: its local APIC, or the pin of its IOAPIC. */
export function x86CallTarget(
  { transport }: VirtioBasis,
  { lapic }: GuestInterrupt,
  line: LineInterrupt | null,
  device: Party,
): CallTarget {
  if (line !== null) {
    const { isr, pciLine } = line;
    return {
      kind: 'line',
      isr,
      raise: raiseIntx(isr, pciLine, device),
      read: isrRead(transport === 'legacy' ? 'legacy' : 'modern', isr, pciLine, device),
      write: null,
    };
  }
  return {
    kind: 'message',
    send: signalMsi(lapic),
    sendAt: 'kvm_send_msi',
    irqfd: x86Irqfd(lapic),
  };
}

/** An irqfd of a message that is there all the time. */
export function x86Irqfd(lapic: MsiDestination): MessageTarget['irqfd'] {
  return (notifier) => ({
    wakeup: irqfdAtomic({ suffix: '', eventfd: notifier, raise: setMsiInAtomic(lapic) }),
    isAtRest: () => true,
  });
}
