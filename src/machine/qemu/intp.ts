import type { State } from '../../engine/state.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';

/** `VFIOINTp.state` of QEMU include/hw/vfio/vfio-platform.h. */
export const INTP_INACTIVE = 0;
export const INTP_PENDING = 1;
export const INTP_ACTIVE = 2;

/** One interrupt of a vfio-platform device and how QEMU reaches it. */
export interface IntpWiring {
  readonly suffix: string;
  readonly trigger: Eventfd;
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
  /** Whether the access that was just performed may be taken for the end of this interrupt, if it is ACTIVE. */
  readonly mayEnd: (s: State) => boolean;
  /** A what-if: it is INACTIVE again as soon as it is injected, as nothing has to be done at its end. */
  readonly endless: boolean;
  /** VFIO's unmask; an edge interrupt is never masked. */
  readonly unmask: Procedure | null;
}
