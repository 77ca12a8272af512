import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { NVME } from '../parties.ts';
import { msixEntry } from './msix-entry.ts';
import type { MsixEntry } from './msix-entry.ts';

/** The register of BAR 0 that a driver writes in its handler: the head doorbell of completion queue 1. */
export const DOORBELL_WRITE = 1;
/** Writes to vector control of an entry in the MSI-X table, which QEMU always emulates. */
export const MASK_WRITE = 2;
export const UNMASK_WRITE = 3;
export const ENABLE_SECOND_WRITE = 4;
/** Its offset (NVMe: 0x1000 plus three doorbells of four bytes). */
export const DOORBELL_OFFSET = 0x100c;

/** A function with one message-signalled interrupt, modelled on an NVMe controller with one completion queue. */
export interface MsiFunction {
  /** Completions lie in the queue that the driver has not taken. */
  readonly completions: Field;
  /** A message is on its way: sent, and not taken by the CPU or the remapping hardware that it is for. */
  readonly message: Field;
  /** Its own MSI-X table entry; null where the host never changes it. */
  readonly entry: MsixEntry | null;
  /** The world outside has not stopped. */
  readonly running: (s: State) => boolean;
}

/**
 * Adds the function, with its MSI-X table entry if the host changes that, and the world that makes it work: it writes a completion to memory, then sends its message. It
 * sends one for each completion and has nothing to be acknowledged, so a message may find its completion taken by the
 * handler call before, and two on their way are one (the bit in a local APIC).
 * Source: NVM Express base specification, completion queues and interrupts; PCI Local Bus 3.0, MSI and MSI-X.
 */
export function msiFunction(m: ModelBuilder, hasEntry: boolean): MsiFunction {
  const completions = m.field('completions', { values: ['none', 'posted'] });
  const message = m.field('MSI message', { values: ['none', 'sent'] });
  const entry = hasEntry ? msixEntry(m, message) : null;
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  const running = (s: State): boolean => s[stopped] === 0;
  m.process(
    'NVMe',
    { kind: 'hardware' },
    procedure(NVME, 'NVMe', {
      'post-completion': {
        at: 'hardware: NVMe controller writes a completion, then its MSI message',
        cost: 'period',
        environment: 'arrival',
        rest: true,
        marks: ['assert'],
        when: running,
        do: (s) => {
          s[completions] = 1;
          if (entry === null || entry.mayRaise(s)) s[message] = 1;
        },
      },
    }),
  );
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(NVME, 'environment', {
      'environment-stops': {
        at: 'no further commands are submitted',
        environment: 'stop',
        rest: true,
        when: running,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  return { completions, message, entry, running };
}
