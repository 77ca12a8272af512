import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { APPLICATION } from '../parties.ts';
import type { BlockApplication } from './virtio-blk-driver.ts';
import type { Virtqueue } from './virtqueue.ts';

/**
 * Adds a program that writes to a serial terminal: it computes for the time `period`, wants to write, and waits until all
 * is sent.
 */
export function consoleApplication(m: ModelBuilder, toSend: Field): BlockApplication {
  return writer(m, (s) => s[toSend] === 0);
}

/** The same at a port of virtio-serial: it writes on while the queue has room, or buffers that the host is done with. */
export function portApplication(
  m: ModelBuilder,
  { outstanding, used }: Pick<Virtqueue, 'outstanding' | 'used'>,
  depth: number,
): BlockApplication {
  return writer(m, (s) => (s[outstanding] as number) - (s[used] as number) < depth);
}

function writer(m: ModelBuilder, mayWrite: (s: State) => boolean): BlockApplication {
  const wanted = m.field('write wanted', { values: ['no', 'yes'] });
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  const computes = (s: State): boolean => s[stopped] === 0 && s[wanted] === 0 && mayWrite(s);
  m.process(
    'application',
    { kind: 'hardware' },
    procedure(APPLICATION, 'application', {
      'want-write': {
        at: 'a program in the guest: write to a terminal, tcdrain',
        cost: 'period',
        environment: 'arrival',
        rest: true,
        when: computes,
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
        at: 'the program has written all it wanted',
        environment: 'stop',
        rest: true,
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  return { wanted, computes };
}
