import type { LegWords } from '../analysis/leg-words.ts';
import { count, object, oneOf } from './guards.ts';
import type { Guard } from './guards.ts';
import type { NotificationType } from './message-type.ts';

/** How a long simulation stands: first its interrupts are run, then what became of each is measured. */
export interface RunProgress {
  readonly phase: 'run' | 'measure';
  /** Of how many interrupts this is done. */
  readonly interrupts: number;
  readonly of: number;
  /** What is counted: on a path to the device they are requests. */
  readonly unit: LegWords['unit'];
}

/** Whether a value says what is counted. */
export const isUnit: Guard<LegWords['unit']> = oneOf('interrupt', 'request');

const isRunProgress: Guard<RunProgress> = object<RunProgress>({
  phase: oneOf('run', 'measure'),
  interrupts: count,
  of: count,
  unit: isUnit,
});

/** Extension → panel: how the simulation stands that has been asked for. */
export const runProgress: NotificationType<RunProgress> = { method: 'runProgress', params: isRunProgress };
