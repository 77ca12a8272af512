import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import { e1000eIntr, e1000eIntrMsixRx, e1000ePoll } from '../machine/guest/e1000e-driver.ts';
import { ICR_READ, IMS_WRITE, PCI_REGISTER_OFFSET, STATUS_READ } from '../machine/hardware/pci-function.ts';
import type { PciRegister } from '../machine/hardware/pci-function.ts';
import { TAP } from '../machine/parties.ts';
import { APIC_ADDRESS, APIC_REGISTERS, APIC_TMR_READ } from '../machine/qemu/apic-registers.ts';
import { e1000e } from '../machine/qemu/e1000e.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import type { EmulatedCore, EmulatedDevice } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';
import { ARM_PCI_BAR } from './wire-vfio-pci-arm.ts';

/** The largest number of a register that the driver of an e1000e traps on, with those of interrupt controllers in QEMU. */
export const E1000E_REGISTERS = APIC_REGISTERS;
/** Where the guest could have put BAR 0. */
const BAR = { x86: 0xfeb8_0000, arm64: ARM_PCI_BAR } as const;

/** Adds an e1000e that receives packets from a tap, and its driver. */
export function emulatedE1000e(
  machine: EmulatedCore,
  side: EmulatedSide,
  interrupt: PciInterrupt,
): EmulatedDevice {
  const { m, vcpu, lock } = machine;
  const { cpu } = side;
  const tap = m.field('tap', { values: ['empty', 'packet'] });
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  m.process(
    'network',
    { kind: 'hardware' },
    procedure(TAP, 'network', {
      'packet-arrives': {
        at: 'Linux drivers/net/tun.c tun_net_xmit (a packet for the guest)',
        cost: 'period',
        environment: 'arrival',
        rest: true,
        marks: ['assert'],
        when: (s) => s[stopped] === 0 && s[tap] === 0,
        do: (s) => {
          s[tap] = 1;
        },
      },
    }),
  );
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(TAP, 'environment', {
      'environment-stops': {
        at: 'nobody sends anything any more',
        environment: 'stop',
        rest: true,
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  const card = e1000e(m, { vcpu, tap, interrupt });
  m.process(
    'main loop',
    { kind: 'thread', cpu: machine.otherCpu },
    mainLoop(m, lock, [{ suffix: '', eventfd: { name: 'tap', count: tap }, handler: card.receive }], null),
  );
  const napi = m.field('NAPI', { values: ['idle', 'scheduled'] });
  const { reads } = card;
  // A register that has not been accessed yet is not asked for.
  const register = (s: State): number => Math.max(1, s[vcpu.mmioRegister] as number);
  const isRead = (s: State): boolean => register(s) === ICR_READ || register(s) === STATUS_READ;
  const handler = reads
    ? e1000eIntr({ cpu, icrRead: reads.icrRead, napi, emptyMark: 'spurious' })
    : e1000eIntrMsixRx(napi);
  return {
    guest: side.receiving(handler, {
      raised: napi,
      run: (own) => e1000ePoll({ cpu, ring: card.ring, flushes: reads !== null }, own),
    }),
    bus: 'memory',
    traced: {
      address: (s) =>
        APIC_ADDRESS[register(s)] ??
        BAR[machine.architecture] + PCI_REGISTER_OFFSET[Math.min(register(s), IMS_WRITE) as PciRegister],
      isRead: (s) => isRead(s) || register(s) === APIC_TMR_READ,
      size: () => 4,
    },
    doorbell: null,
    access: { isRead, read: reads?.mmioRead ?? null, write: card.mmioWrite },
    legs: {
      interrupt: {
        source: {
          name: 'rx',
          asserted: (s) => s[card.ring] === 1,
          masked: (s) => s[card.enabled] === 0,
          handlerLabel: 'call-handler',
        },
        takenMark: 'guest-irq',
        isAtRest: (s) => card.isAtRest(s) && s[napi] === 0,
      },
    },
    costs: {},
  };
}
