import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';

/** Who may hold QEMU's big lock. */
export const BQL_FREE = 0;
export const BQL_MAIN_LOOP = 1;
export const BQL_VCPU = 2;
export const BQL_OTHER_VCPU = 3;

/** QEMU's big lock: a guard for those who want it, a field that names who has it. */
export interface Bql {
  readonly owner: Field;
  readonly isFree: (s: State) => boolean;
}

/** Adds the lock; `hasOthers` if the thread of another vCPU takes it too. Source: QEMU softmmu/cpus.c `qemu_mutex_lock_iothread` (`bql_lock` since 9.0). */
export function bql(m: ModelBuilder, hasOthers = false): Bql {
  const owner = m.field('BQL', {
    values: ['free', 'main loop', 'vCPU thread', ...(hasOthers ? ['other vCPU thread'] : [])],
  });
  return { owner, isFree: (s) => s[owner] === BQL_FREE };
}
