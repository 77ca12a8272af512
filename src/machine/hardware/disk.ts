import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { DISK } from '../parties.ts';

/** A disk of the host: what it has to do, and what it has done. */
export interface Disk {
  readonly queued: Field;
  readonly done: Field;
}

/**
 * Adds a disk that serves up to `depth` requests one after the other, each in the time `diskService`. The host's own way
 * of the request, file system, block layer and the disk's interrupt, belongs to that time and is not modelled.
 */
export function disk(m: ModelBuilder, depth: number): Disk {
  const queued = m.field('requests at the disk', { max: depth });
  const done = m.field('requests transferred', { max: depth });
  m.process(
    'disk',
    { kind: 'hardware' },
    procedure(DISK, 'disk', {
      'serve-request': {
        at: 'hardware: the disk transfers the data of one request',
        cost: 'diskService',
        rest: true,
        when: (s) => (s[queued] as number) > 0,
        do: (s) => {
          s[queued] = (s[queued] as number) - 1;
          s[done] = (s[done] as number) + 1;
        },
      },
    }),
  );
  return { queued, done };
}
