import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { GUEST_KERNEL } from '../parties.ts';

/**
 * Adds the moments at which the guest's other CPU goes about something: each a while after `isDue` holds. Returns the
 * field that says so, which the thread of that vCPU clears when it is done.
 */
export function otherCpuWants(m: ModelBuilder, at: string, isDue: (s: State) => boolean): Field {
  const wanted = m.field('change', { values: ['none', 'wanted'] });
  m.process(
    'guest CPU 1',
    { kind: 'hardware' },
    procedure(GUEST_KERNEL, 'guest CPU 1', {
      'want-change': {
        at,
        cost: 'intxChange',
        rest: true,
        when: (s) => s[wanted] === 0 && isDue(s),
        do: (s) => {
          s[wanted] = 1;
        },
      },
    }),
  );
  return wanted;
}
