import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { NOTIFY_NONE, NOTIFY_POSTED } from '../kernel/posted-interrupts.ts';
import type { PostedInterrupts, VtdNotification } from '../kernel/posted-interrupts.ts';
import { IOMMU, VIRTUAL_APIC } from '../parties.ts';

/**
 * Adds the remapping hardware of a message whose IRTE is in posted mode: it sets the bit in the vCPU's descriptor and
 * notifies, unless a notification is outstanding or suppressed. The urgent bit is never set by Linux.
 * Source: Intel VT-d specification, 5.2 "Interrupt Posting".
 */
export function interruptPosting(
  m: ModelBuilder,
  message: Field,
  pi: PostedInterrupts,
  { sn, nv }: VtdNotification,
): void {
  m.process(
    'IOMMU',
    { kind: 'hardware' },
    procedure(IOMMU, 'interrupt posting', {
      'post-interrupt': {
        at: 'hardware: VT-d interrupt posting (IRTE with IM set: PIR, ON, notification NV to NDST)',
        cost: 'postInterrupt',
        rest: true,
        when: (s) => s[message] === 1,
        do: (s) => {
          s[message] = 0;
          s[pi.pir] = 1;
          if (s[sn] === 1 || s[pi.on] === 1) return;
          s[pi.on] = 1;
          s[pi.notification] = s[nv] as number;
        },
      },
    }),
  );
}

/**
 * Adds what a processor does with a notification while it is in guest mode: it takes the posted requests into the
 * virtual APIC page, without an exit. Source: Intel SDM 3C, 30.6 "Posted-Interrupt Processing".
 */
export function postedProcessing(m: ModelBuilder, inGuest: Field, pi: PostedInterrupts): void {
  m.process(
    'virtual APIC',
    { kind: 'hardware' },
    procedure(VIRTUAL_APIC, 'posted-interrupt processing', {
      'process-posted': {
        at: 'hardware: posted-interrupt processing (ON clear, PIR to virtual IRR, no exit)',
        cost: 'postedProcessing',
        rest: true,
        when: (s) => s[inGuest] === 1 && s[pi.notification] === NOTIFY_POSTED,
        do: (s) => {
          s[pi.notification] = NOTIFY_NONE;
          pi.sync(s);
        },
      },
    }),
  );
}
