import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import { IOAPIC } from '../parties.ts';
import type { IoapicPin } from './ioapic.ts';
import type { EoiPause } from './successive-eois.ts';

/** Label of the step that ends the pause. */
export const PAUSE_ENDS = 'eoi-inject-expires';

/**
 * Adds the delayed work that sends what is still held at the pin after the pause, on the CPU of the vCPU that ended the
 * interrupt. Returns the field that says that it is queued.
 * Source: Linux arch/x86/kvm/ioapic.c `kvm_ioapic_eoi_inject_work` (184564efae4d, 2014); no trace.
 */
export function addEoiInjectWork(m: ModelBuilder, { armed }: EoiPause, pin: IoapicPin, cpu: number): Field {
  const work = m.field('eoi_inject work', { values: ['idle', 'queued'] });
  m.process(
    'eoi_inject timer',
    { kind: 'timer', armed },
    procedure(IOAPIC, 'eoi_inject timer', {
      [PAUSE_ENDS]: {
        at: 'Linux kernel/workqueue.c delayed_work_timer_fn (ioapic->eoi_inject, HZ / 100)',
        cost: 'eoiInjectDelay',
        rest: true,
        emits: ['workqueue:workqueue_queue_work function=kvm_ioapic_eoi_inject_work'],
        when: (s) => s[armed] === 1,
        do: (s) => {
          s[armed] = 0;
          s[work] = 1;
        },
      },
    }),
  );
  m.process(
    'kworker eoi_inject',
    { kind: 'thread', cpu },
    procedure(IOAPIC, 'kvm_ioapic_eoi_inject_work', {
      'eoi-inject-work': {
        at: 'Linux arch/x86/kvm/ioapic.c kvm_ioapic_eoi_inject_work (kworker)',
        cost: 'workqueue',
        rest: true,
        emits: ['workqueue:workqueue_execute_start function kvm_ioapic_eoi_inject_work'],
        when: (s) => s[work] === 1,
        do: (s) => {
          s[work] = 0;
          return s[pin.irr] === 1 && s[pin.remoteIrr] === 0 ? undefined : RETURN;
        },
        call: pin.service,
      },
    }),
  );
  return work;
}
