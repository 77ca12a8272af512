import type { Party } from '../../engine/step.ts';

/**
 * A device whose queue of requests QEMU serves: who it is in a diagram, and the functions of its own that a request passes
 * through on the way to the disk and back. What lies between them is the same for all.
 */
export interface ServedDevice {
  readonly party: Party;
  /** The queue that is looked at, as the device counts its queues. */
  readonly queueIndex: number;
  /** What takes requests from the queue. */
  readonly handler: { readonly name: string; readonly at: string };
  /** What a request goes through when it has been taken, and what QEMU's trace says of it. */
  readonly handleRequest: { readonly at: string; readonly emits: readonly string[] };
  /** What hands over all that was taken. */
  readonly submit: { readonly at: string; readonly emits: readonly string[] };
  /** What gives a finished request back to the guest. */
  readonly complete: { readonly at: string; readonly emits: readonly string[] };
}
