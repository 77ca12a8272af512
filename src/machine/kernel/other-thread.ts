import type { ModelBuilder } from '../../engine/model.ts';
import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { SCHEDULER } from '../parties.ts';
import type { Preemption } from './vcpu-run-apicv.ts';

/**
 * Adds a thread of somebody else that, while the world is `running`, at times wants the CPU of the vCPU thread: the scheduler preempts the vCPU, in
 * guest mode by a reschedule interrupt. Source: Linux kernel/sched/core.c `resched_curr`, virt/kvm/kvm_main.c
 * `kvm_sched_out`, `kvm_sched_in` (6.12).
 */
export function otherThread(m: ModelBuilder, cpu: number, running: (s: State) => boolean): Preemption {
  const needResched = m.field('need_resched', { values: ['no', 'yes'] });
  const preempted = m.field('vCPU preempted', { values: ['no', 'yes'], notable: true });
  m.process(
    'scheduler',
    { kind: 'hardware' },
    procedure(SCHEDULER, 'scheduler', {
      'preempt-vcpu': {
        at: 'Linux kernel/sched/core.c resched_curr (another thread is to run)',
        cost: 'preemptionPeriod',
        rest: true,
        when: (s) => running(s) && s[needResched] === 0,
        do: (s) => {
          s[needResched] = 1;
        },
      },
    }),
  );
  m.process(
    'other thread',
    { kind: 'thread', cpu },
    procedure(SCHEDULER, 'other thread', {
      'run-other-thread': {
        at: 'Linux kernel/sched/core.c schedule (the other thread runs and sleeps again)',
        cost: 'preemptionSlice',
        rest: true,
        when: (s) => s[needResched] === 1 && s[preempted] === 1,
        do: (s) => {
          s[needResched] = 0;
        },
      },
    }),
  );
  return { needResched, preempted };
}
