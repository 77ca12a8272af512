import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

const IDLE = 0;
const SCHEDULED = 1;
const POLLING = 2;
const MISSED = 3;

/** One queue of a network driver that is polled in a softirq rather than served in its interrupt. */
export interface Napi {
  readonly state: Field;
  /** It is to be polled; whoever is polling it already is to poll it once more (`napi_schedule_prep`). */
  readonly schedule: (s: State) => void;
  readonly isScheduled: (s: State) => boolean;
  /** The softirq begins to poll it. */
  readonly begin: (s: State) => void;
  /** Its driver has found no more; false if it was scheduled meanwhile and stays so (`napi_complete_done`). */
  readonly complete: (s: State) => boolean;
}

/** Adds one NAPI instance. Source: Linux net/core/dev.c `napi_schedule_prep`, `napi_complete_done` (6.12). */
export function napi(m: ModelBuilder, name: string): Napi {
  const state = m.field(`NAPI ${name}`, { values: ['idle', 'scheduled', 'polling', 'polling, missed'] });
  return {
    state,
    schedule: (s) => {
      if (s[state] === IDLE) s[state] = SCHEDULED;
      else if (s[state] === POLLING) s[state] = MISSED;
    },
    isScheduled: (s) => s[state] === SCHEDULED,
    begin: (s) => {
      s[state] = POLLING;
    },
    complete: (s) => {
      const isDone = s[state] === POLLING;
      s[state] = isDone ? IDLE : SCHEDULED;
      return isDone;
    },
  };
}
