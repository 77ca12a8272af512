import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { APPLICATION } from '../parties.ts';
import type { Virtqueue } from './virtqueue.ts';

/** The two functions of a driver that its queue meets: one submits a request, one takes them back. */
export interface QueueDriver {
  readonly submitAt: string;
  readonly callbackAt: string;
}

/** Linux drivers/block/virtio_blk.c (6.12). */
export const VIRTIO_BLK_DRIVER: QueueDriver = {
  submitAt: 'Linux drivers/block/virtio_blk.c virtio_queue_rq',
  callbackAt: 'Linux drivers/block/virtio_blk.c virtblk_done',
};

/** Linux drivers/scsi/virtio_scsi.c (6.12): it locks, kicks and takes back as virtio-blk does. */
export const VIRTIO_SCSI_DRIVER: QueueDriver = {
  submitAt: 'Linux drivers/scsi/virtio_scsi.c virtscsi_add_cmd',
  callbackAt: 'Linux drivers/scsi/virtio_scsi.c virtscsi_vq_done',
};

/** A program in the guest that reads and writes, with so many requests outstanding at most. */
export interface BlockApplication {
  /** It wants a request to be submitted, and the kernel has not done so yet. */
  readonly wanted: Field;
  /** Whether it computes and will want a request by itself. */
  readonly computes: (s: State) => boolean;
}

/** The same, where the end of it all is known. */
export interface DiskApplication extends BlockApplication {
  /** Whether it may want anything more. */
  readonly running: (s: State) => boolean;
}

/** Nobody who reads or writes. */
export function noApplication(m: ModelBuilder): DiskApplication {
  const wanted = m.field('request wanted', { values: ['no', 'yes'] });
  return { wanted, computes: () => false, running: () => false };
}

/**
 * Adds the program: it computes for the time `period`, wants a request, and goes on computing while it may have another
 * one outstanding; otherwise it waits. While `isHeld` nothing runs in the guest.
 */
export function blockApplication(
  m: ModelBuilder,
  { outstanding }: Pick<Virtqueue, 'outstanding'>,
  depth: number,
  isHeld: (s: State) => boolean = () => false,
): DiskApplication {
  const wanted = m.field('request wanted', { values: ['no', 'yes'] });
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  const computes = (s: State): boolean =>
    s[stopped] === 0 && s[wanted] === 0 && (s[outstanding] as number) < depth;
  m.process(
    'application',
    { kind: 'hardware' },
    procedure(APPLICATION, 'application', {
      'want-request': {
        at: 'a program in the guest: pread, pwrite, io_submit',
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
        at: 'the program has read and written all it wanted',
        environment: 'stop',
        rest: true,
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  return { wanted, computes, running: (s) => s[stopped] === 0 };
}
