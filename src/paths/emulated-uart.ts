import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Procedure } from '../engine/step.ts';
import { consoleApplication } from '../machine/guest/console-application.ts';
import { x86DriverCpu } from '../machine/guest/driver-cpu.ts';
import { SERIAL_SUBMIT_AT } from '../machine/guest/serial-core.ts';
import { serial8250Interrupt, uartWrite } from '../machine/guest/serial8250-driver.ts';
import { ioapicEdgePin } from '../machine/kernel/ioapic-edge-pin.ts';
import { isaIrqLine } from '../machine/kernel/isa-irq-line.ts';
import { EXIT_PORT_IO } from '../machine/kernel/x86-vcpu.ts';
import { splitIsaLine } from '../machine/qemu/ioapic-edge.ts';
import type { IsaLine } from '../machine/qemu/ioapic-edge.ts';
import { IIR_READ, MSR_READ, serial, serialPort } from '../machine/qemu/serial.ts';
import type { EdgeVector } from './emulated-interrupt.ts';
import type { EmulatedDevice, EmulatedLeg, X86EmulatedMachine } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';
import type { CompleteSettings } from './read-settings.ts';

/** The largest number of a register of a UART that its driver traps on. */
export const UART_REGISTERS = MSR_READ;
/** The ISA interrupt of the first UART of a PC, and the vector that a Linux guest gives it in traces X1. */
const ISA_IRQ = 4;
export const UART_VECTOR = 0x24;

/** Adds a UART on the ISA bus, its driver and a program that writes to its terminal. */
export function emulatedUart(
  machine: X86EmulatedMachine,
  { lapic }: Pick<EdgeVector, 'lapic'>,
  side: Pick<EmulatedSide, 'withProgram'>,
  settings: CompleteSettings,
  leg: EmulatedLeg,
): Result<EmulatedDevice> {
  const irqchip = settings.choice('irqchip');
  if (irqchip === 'off' || settings.choice('intremap', 'off') === 'on') {
    return fail(
      'device=isa-serial needs irqchip=on or split, and intremap=off: an edge by a local APIC in QEMU, or remapped, is not modelled yet',
    );
  }
  const { m, vcpu } = machine;
  const characters = settings.number('characters');
  const toSend = m.field('characters to send', { max: characters });
  const application = consoleApplication(m, toSend);
  const line = irqchip === 'split' ? splitIsaLine({ gsi: ISA_IRQ, lapic }) : kernelIsaLine(machine, lapic);
  const cpu = x86DriverCpu(vcpu, EXIT_PORT_IO);
  const uart = serial(m, { vcpu, raiseIrq: line.raise, lowerIrq: line.lower });
  const isRead: EmulatedDevice['traced']['isRead'] = (s) => (s[vcpu.mmioRegister] as number) >= IIR_READ;
  const port: EmulatedDevice['traced']['address'] = (s) => serialPort(s[vcpu.mmioRegister] as number);
  const handler = serial8250Interrupt({
    cpu,
    toSend,
    ...uart,
    emptyMark: leg === 'interrupt' ? 'spurious' : 'empty-call',
  });
  const submit = (): Procedure =>
    uartWrite({
      cpu,
      toSend,
      characters,
      submitted: (s) => {
        s[application.wanted] = 0;
      },
    });
  return ok({
    guest: side.withProgram({ application, submitAt: SERIAL_SUBMIT_AT, submit }, handler),
    bus: 'port',
    traced: {
      address: port,
      isRead,
      size: () => 1,
      readDone: (s) => `kvm:kvm_pio pio_read at 0x${port(s).toString(16)} size 1 count 1`,
    },
    doorbell: null,
    access: { isRead, read: uart.ioportRead, write: uart.ioportWrite },
    legs: {
      kick: {
        source: {
          name: 'thr',
          asserted: (s) => s[uart.holding] === 1,
          masked: () => false,
          handlerLabel: 'transmit-character',
        },
        takenMark: 'request-taken',
        isAtRest: (s) => s[uart.holding] === 0,
      },
      interrupt: {
        source: {
          name: 'uart',
          asserted: uart.isPending,
          masked: () => false,
          handlerLabel: 'call-handler',
        },
        takenMark: 'guest-irq',
        isAtRest: (s) => s[toSend] === 0 && !uart.isPending(s),
      },
    },
    costs: {},
  });
}

/** PIC and IOAPIC in KVM. */
function kernelIsaLine({ m }: X86EmulatedMachine, lapic: EdgeVector['lapic']): IsaLine {
  const pin = ioapicEdgePin(m, ISA_IRQ, lapic);
  return { raise: isaIrqLine(1, pin), lower: isaIrqLine(0, pin) };
}
