import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { TERMINAL } from '../parties.ts';

/**
 * Adds a terminal that QEMU's character device is connected to, at which somebody types: a character every `period`, as
 * soon as QEMU has taken the one before. Returns whether there is one. Source: Linux drivers/tty/pty.c `pty_write` (6.12).
 */
export function terminal(m: ModelBuilder): Field {
  const typed = m.field('terminal', { values: ['idle', 'character typed'] });
  const stopped = m.field('environment', { values: ['running', 'stopped'] });
  m.process(
    'terminal',
    { kind: 'hardware' },
    procedure(TERMINAL, 'terminal', {
      'character-typed': {
        at: 'Linux drivers/tty/pty.c pty_write (a character for the guest)',
        cost: 'period',
        environment: 'arrival',
        rest: true,
        marks: ['assert'],
        when: (s) => s[stopped] === 0 && s[typed] === 0,
        do: (s) => {
          s[typed] = 1;
        },
      },
    }),
  );
  m.process(
    'environment',
    { kind: 'hardware' },
    procedure(TERMINAL, 'environment', {
      'environment-stops': {
        at: 'nobody types anything any more',
        environment: 'stop',
        rest: true,
        when: (s) => s[stopped] === 0,
        do: (s) => {
          s[stopped] = 1;
        },
      },
    }),
  );
  return typed;
}
