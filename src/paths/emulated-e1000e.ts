import type { State } from '../engine/state.ts';
import { procedure } from '../engine/step.ts';
import type { Procedure } from '../engine/step.ts';
import { e1000eIntr, e1000eIntrMsixRx, e1000ePoll } from '../machine/guest/e1000e-driver.ts';
import { ICR_READ, IMS_WRITE, PCI_REGISTER_OFFSET, STATUS_READ } from '../machine/hardware/pci-function.ts';
import type { PciRegister } from '../machine/hardware/pci-function.ts';
import { TAP } from '../machine/parties.ts';
import { APIC_ADDRESS, APIC_REGISTERS, APIC_TMR_READ } from '../machine/qemu/apic-registers.ts';
import { e1000e } from '../machine/qemu/e1000e.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import { mainLoop } from '../machine/qemu/main-loop.ts';
import type { EmulatedInterrupt } from './emulated-interrupt.ts';
import type { EmulatedDevice, EmulatedMachine } from './emulated-machine.ts';

/** The largest number of a register that the driver of an e1000e traps on, with those of interrupt controllers in QEMU. */
export const E1000E_REGISTERS = APIC_REGISTERS;
/** Where a guest's firmware could have put BAR 0. */
const BAR = 0xfeb8_0000;

/** Adds an e1000e that receives packets from a tap, and its driver. */
export function emulatedE1000e(
  machine: EmulatedMachine,
  { delivery }: Pick<EmulatedInterrupt, 'delivery'>,
  interrupt: PciInterrupt,
): { readonly device: EmulatedDevice; readonly handler: Procedure } {
  const { m, vcpu, lock } = machine;
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
  return {
    handler: reads
      ? e1000eIntr({ vcpu, icrRead: reads.icrRead, napi, emptyMark: 'spurious' })
      : e1000eIntrMsixRx(napi),
    device: {
      guest: {
        softirq: {
          raised: napi,
          run: (own) => e1000ePoll({ vcpu, delivery, ring: card.ring, flushes: reads !== null }, own),
        },
      },
      bus: 'memory',
      traced: {
        address: (s) =>
          APIC_ADDRESS[register(s)] ??
          BAR + PCI_REGISTER_OFFSET[Math.min(register(s), IMS_WRITE) as PciRegister],
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
    },
  };
}
