import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { APPLICATION } from '../parties.ts';
import type { Virtqueue } from './virtqueue.ts';

/** A program in the guest that sends messages, each a packet. */
export interface NetSender {
  /** It has called for one to be sent, and the kernel has not done so yet. */
  readonly wanted: Field;
  /** Whether it computes and will send by itself. */
  readonly computes: (s: State) => boolean;
  /** Whether it may send anything more. */
  readonly running: (s: State) => boolean;
}

/** Nobody who sends. */
export function noSender(m: ModelBuilder): NetSender {
  const wanted = m.field('message to send', { values: ['no', 'yes'] });
  return { wanted, computes: () => false, running: () => false };
}

/**
 * Adds the program: it computes for the time `period`, sends a message, and so on; while the transmit queue has room for
 * no more, it waits. While `isHeld` nothing runs in the guest.
 */
export function netSender(
  m: ModelBuilder,
  { outstanding }: Virtqueue,
  depth: number,
  isHeld: (s: State) => boolean = () => false,
): NetSender {
  const wanted = m.field('message to send', { values: ['no', 'yes'] });
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  const running = (s: State): boolean => s[stopped] === 0;
  const computes = (s: State): boolean => running(s) && s[wanted] === 0 && (s[outstanding] as number) < depth;
  m.process(
    'application',
    { kind: 'hardware' },
    procedure(APPLICATION, 'application', {
      'want-message': {
        at: 'a program in the guest: send',
        cost: 'period',
        environment: 'arrival',
        rest: true,
        when: (s) => computes(s) && !isHeld(s),
        do: (s) => {
          s[wanted] = 1;
        },
      },
    }),
  );
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(APPLICATION, 'environment', {
      'environment-stops': {
        at: 'the program has sent all it wanted',
        environment: 'stop',
        rest: true,
        when: running,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  return { wanted, computes, running };
}
