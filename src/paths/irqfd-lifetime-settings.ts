import type { PathSetting } from './path.ts';

/** When an irqfd of 2012 ends, and how; `others` are the ways in which only one design can end. */
export function lifetimeSettings(others: readonly string[], description: string): readonly PathSetting[] {
  return [
    {
      name: 'lifetime',
      kind: 'choice',
      choices: ['steady', 'close-irqfd', ...others, 'deassign'],
      default: 'steady',
      description,
    },
    {
      name: 'lifetimeChangeUs',
      kind: 'number',
      unit: 'us',
      default: 2500,
      minimum: 0,
      maximum: 3_600_000_000,
      description: 'when QEMU is asked to end it, after the start of the run',
    },
    {
      name: 'gracePeriodUs',
      kind: 'number',
      unit: 'us',
      default: 100,
      minimum: 0,
      maximum: 1_000_000,
      description: 'how long it takes to wait for running acknowledge notifiers (synchronize_srcu); assumed',
    },
  ];
}
