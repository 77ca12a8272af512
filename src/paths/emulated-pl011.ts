import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import { pl011Int, pl011Write } from '../machine/guest/amba-pl011-driver.ts';
import { consoleApplication } from '../machine/guest/console-application.ts';
import { SERIAL_SUBMIT_AT } from '../machine/guest/serial-core.ts';
import { terminal } from '../machine/kernel/terminal.ts';
import { PL011 } from '../machine/parties.ts';
import { aioNotifier, mainAioContext } from '../machine/qemu/aio-context.ts';
import { scheduleBottomHalf } from '../machine/qemu/bottom-half.ts';
import { notifyEventHalf } from '../machine/qemu/notify-event.ts';
import { FR_READ, pl011Address, RIS_READ } from '../machine/qemu/pl011.ts';
import { pl011Receiver } from '../machine/qemu/pl011-receiver.ts';
import type { Pl011Receiver } from '../machine/qemu/pl011-receiver.ts';
import { pl011Transmitter } from '../machine/qemu/pl011-transmitter.ts';
import type { PciInterrupt } from '../machine/qemu/pci-interrupt.ts';
import type { ArmSide } from './emulated-arm.ts';
import type { ArmEmulatedMachine, EmulatedDevice } from './emulated-machine.ts';
import type { CompleteSettings } from './read-settings.ts';

/** The largest number of a register of a PL011 that its driver traps on. */
export const PL011_REGISTERS = RIS_READ;
/** The virt machine's first UART has SPI 1. */
export const PL011_INTID = 33;

type Line = Extract<PciInterrupt, { kind: 'line' }>;

/** The registers as trace points show them: the driver reads and writes two bytes. */
function registers(
  { vcpu }: ArmEmulatedMachine,
  read: Procedure,
  write: Procedure,
): Pick<EmulatedDevice, 'traced' | 'access'> {
  const register = (s: State): number => s[vcpu.mmioRegister] as number;
  const isRead = (s: State): boolean => register(s) >= FR_READ;
  return {
    traced: {
      address: (s) => pl011Address(register(s)),
      isRead,
      size: () => 2,
      readDone: (s) => `kvm:kvm_mmio mmio read len 2 gpa 0x${pl011Address(register(s)).toString(16)}`,
    },
    access: { isRead, read, write },
  };
}

/** Adds a PL011 that sends what a program writes to its terminal: no interrupt comes of it. */
export function sendingPl011(
  machine: ArmEmulatedMachine,
  side: Pick<ArmSide, 'cpu' | 'withoutInterrupts'>,
  line: Line,
  settings: CompleteSettings,
): EmulatedDevice {
  const { m, vcpu } = machine;
  const characters = settings.number('characters');
  const toSend = m.field('characters to send', { max: characters });
  const application = consoleApplication(m, toSend);
  const { holding, read, write } = pl011Transmitter(m, { vcpu, lowerIrq: line.lower });
  const submitted = (s: State): void => {
    s[application.wanted] = 0;
  };
  const submit = pl011Write({ cpu: side.cpu, toSend, characters, holding, submitted });
  return {
    guest: side.withoutInterrupts({ application, submitAt: SERIAL_SUBMIT_AT, submit }),
    bus: 'memory',
    ...registers(machine, read, write),
    doorbell: null,
    legs: {
      kick: {
        source: {
          name: 'dr',
          asserted: (s) => s[holding] === 1,
          masked: () => false,
          handlerLabel: 'transmit-character',
        },
        takenMark: 'request-taken',
        isAtRest: (s) => s[holding] === 0,
      },
    },
    costs: {},
  };
}

/** Adds a PL011 that receives what somebody types, and its driver. */
export function receivingPl011(
  machine: ArmEmulatedMachine,
  side: Pick<ArmSide, 'cpu' | 'receiving'>,
  line: Line,
  settings: CompleteSettings,
): EmulatedDevice {
  const { m, vcpu } = machine;
  const typed = terminal(m);
  const notified = m.field('qemu_notify_bh', { values: ['idle', 'scheduled'] });
  const notifier = aioNotifier(m);
  const uart = pl011Receiver(m, {
    vcpu,
    raiseIrq: line.raise,
    lowerIrq: line.lower,
    chardev: typed,
    depth: settings.number('characters'),
    notifyEvent: scheduleBottomHalf(PL011, 'notify-bh', notified, notifier),
  });
  const chardev = { name: 'terminal', count: typed };
  m.process(
    'main loop',
    { kind: 'thread', cpu: machine.otherCpu },
    mainAioContext(m, {
      lock: machine.lock,
      notifier,
      bottomHalf: notifyEventHalf(notified),
      handlers: [],
      ioHandlers: [
        {
          name: 'terminal',
          eventfd: chardev,
          handler: uart.receive,
          dispatchAt: 'QEMU util/main-loop.c glib_pollfds_poll (g_main_context_dispatch)',
          isWatched: uart.canReceive,
        },
      ],
    }),
  );
  const handler = pl011Int({
    cpu: side.cpu,
    risRead: uart.risRead,
    frRead: uart.frRead,
    emptyMark: 'spurious',
  });
  return {
    guest: side.receiving(handler, null),
    bus: 'memory',
    ...registers(machine, uart.read, uart.write),
    doorbell: null,
    legs: { interrupt: receptionLeg(uart, (s) => s[typed] === 0 && s[notified] === 0) },
    costs: {},
  };
}

function receptionLeg(
  { fifo }: Pl011Receiver,
  isAtRest: (s: State) => boolean,
): NonNullable<EmulatedDevice['legs']['interrupt']> {
  return {
    source: {
      name: 'uart',
      asserted: (s) => s[fifo] !== 0,
      masked: () => false,
      handlerLabel: 'call-handler',
    },
    takenMark: 'guest-irq',
    isAtRest: (s) => s[fifo] === 0 && isAtRest(s),
  };
}
