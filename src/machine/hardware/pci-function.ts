import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { E1000 } from '../parties.ts';

/** Registers of BAR 0 that a driver touches in or around its handler. */
export const ICR_READ = 1;
export const IMC_WRITE = 2;
export const STATUS_READ = 3;
export const IMS_WRITE = 4;
/** Any other register that a driver reads or writes: behind those of all else that is emulated around it. */
export const OTHER_READ = 15;
export const OTHER_WRITE = 16;
export type PciRegister =
  | typeof ICR_READ
  | typeof IMC_WRITE
  | typeof STATUS_READ
  | typeof IMS_WRITE
  | typeof OTHER_READ
  | typeof OTHER_WRITE;

/** Offsets in BAR 0 of an 8254x, as the traces X4 show them. */
export const PCI_REGISTER_OFFSET: Readonly<Record<PciRegister, number>> = {
  [ICR_READ]: 0xc0,
  [IMC_WRITE]: 0xd8,
  [STATUS_READ]: 0x08,
  [IMS_WRITE]: 0xd0,
  [OTHER_READ]: 0x20,
  [OTHER_WRITE]: 0x20,
};

/** Whether the access to that register is a read. */
export function isRead(register: PciRegister): boolean {
  return register === ICR_READ || register === STATUS_READ || register === OTHER_READ;
}

/** A conventional PCI function with one INTx pin, modelled on an e1000. */
export interface PciFunction {
  /** What the driver's last read of the cause register returned. */
  readonly causeRead: Field;
  /** COMMAND.INTX_DISABLE; null on a function older than PCI 2.3, or one whose bit is broken. */
  readonly intxDisable: Field | null;
  /** STATUS.INTERRUPT: the function wants to assert INTx, whatever INTX_DISABLE says. */
  readonly interruptStatus: (s: State) => boolean;
  /** Whether it pulls its INTx line. */
  readonly assertsIntx: (s: State) => boolean;
  /** Whether the driver lets the function interrupt at all. */
  readonly mayInterrupt: (s: State) => boolean;
  /** Whether the world goes on: causes arrive. */
  readonly running: (s: State) => boolean;
  /** The world has stopped sending anything. */
  readonly stopped: Field;
  /** Performs one register access of the driver, direct or through VFIO. */
  readonly access: (s: State, register: PciRegister) => void;
}

/** What kind of function it is. */
export interface PciFunctionOptions {
  /** Whether INTX_DISABLE and STATUS.INTERRUPT work, as PCI 2.3 asks for. */
  readonly pci23: boolean;
  /** Whether the driver masks the function at its own registers (IMC, IMS) while it polls. */
  readonly masksItself: boolean;
}

/**
 * Adds the function, and the world that makes it want service: causes arrive while the environment has not stopped.
 * A second cause before the driver has read the first is merged with it. Reading the cause register clears it.
 * Source: PCI Local Bus 2.3, command and status registers; Intel 8254x manual (ICR, IMS, IMC); traces X4a, X4m.
 */
export function pciFunction(m: ModelBuilder, { pci23, masksItself }: PciFunctionOptions): PciFunction {
  const cause = m.field('ICR', { values: ['clear', 'cause'] });
  const causeRead = m.field('ICR read', { values: ['clear', 'cause'] });
  const enabled = masksItself
    ? m.field('IMS', { initial: 1, values: ['masked', 'enabled'], notable: true })
    : undefined;
  const intxDisable = pci23 ? m.field('DisINTx', { notable: true, values: ['off', 'on'] }) : null;
  const mayInterrupt = (s: State): boolean => enabled === undefined || s[enabled] === 1;
  const interruptStatus = (s: State): boolean => s[cause] === 1 && mayInterrupt(s);
  const stopped = addEvents(m, cause);
  return {
    running: (s) => s[stopped] === 0,
    stopped,
    causeRead,
    intxDisable,
    mayInterrupt,
    interruptStatus,
    assertsIntx: (s) => interruptStatus(s) && (intxDisable === null || s[intxDisable] === 0),
    access: (s, register) => {
      if (register === ICR_READ) {
        s[causeRead] = s[cause] as number;
        s[cause] = 0;
      } else if (enabled !== undefined) {
        if (register === IMC_WRITE) s[enabled] = 0;
        if (register === IMS_WRITE) s[enabled] = 1;
      }
    },
  };
}

/** Returns the field that says that the environment has stopped. */
function addEvents(m: ModelBuilder, cause: Field): Field {
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  m.process(
    'e1000',
    { kind: 'hardware' },
    procedure(E1000, 'e1000', {
      'set-cause': {
        at: 'hardware: interrupt cause register (ICR) of the 8254x, INTx pin',
        cost: 'period',
        environment: 'arrival',
        rest: true,
        marks: ['assert'],
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[cause] = 1;
        },
      },
    }),
  );
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(E1000, 'environment', {
      'environment-stops': {
        at: 'no further packets arrive',
        environment: 'stop',
        rest: true,
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  return stopped;
}
