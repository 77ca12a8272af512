import type { ModelBuilder } from '../../engine/model.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { EoiPause } from '../kernel/successive-eois.ts';
import { QEMU_IOAPIC } from '../parties.ts';
import type { QemuIoapicPin } from './ioapic.ts';
import type { MmapTimer } from './mmap-timer.ts';

/** Label of the step that ends the pause. */
export const QEMU_PAUSE_ENDS = 'ioapic-timer-expires';

/**
 * Adds the timer by which QEMU's IOAPIC ends its pause in a storm, and what the main loop does then: what is still held at
 * the pin is sent.
 * Source: QEMU hw/intc/ioapic.c `delayed_ioapic_service_cb` (958a01dab8, 2019); no trace.
 */
export function ioapicDelayedService(
  m: ModelBuilder,
  { armed }: EoiPause,
  { irr, remoteIrr }: QemuIoapicPin,
  service: Procedure,
): Pick<MmapTimer, 'expired' | 'callback'> {
  const expired = m.field('IOAPIC timer expired', { values: ['no', 'yes'] });
  m.process(
    'IOAPIC timer',
    { kind: 'timer', armed },
    procedure(QEMU_IOAPIC, 'IOAPIC timer', {
      [QEMU_PAUSE_ENDS]: {
        at: 'QEMU hw/intc/ioapic.c delayed_ioapic_service_timer (NANOSECONDS_PER_SECOND / 100)',
        cost: 'eoiInjectDelay',
        rest: true,
        when: (s) => s[armed] === 1,
        do: (s) => {
          s[armed] = 0;
          s[expired] = 1;
        },
      },
    }),
  );
  return {
    expired,
    callback: procedure(QEMU_IOAPIC, 'delayed_ioapic_service_cb', {
      'delayed-ioapic-service': {
        at: 'QEMU hw/intc/ioapic.c delayed_ioapic_service_cb (ioapic_service)',
        cost: 'deviceModel',
        do: (s) => {
          s[expired] = 0;
          if (s[irr] === 0 || s[remoteIrr] === 1) return RETURN;
          s[remoteIrr] = 1;
          return undefined;
        },
        call: service,
      },
    }),
  };
}
