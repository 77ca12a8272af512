import type { ByDefault } from './resolved-file.ts';

/** Why a machine has a device that nobody asked for, and what would leave it out, in one line for people. */
export function byDefaultText({ because, unless, leftOutBy }: ByDefault): string {
  const doubt = unless === null ? '' : `, unless ${unless}`;
  const without = leftOutBy.length === 0 ? '' : `; left out by ${leftOutBy.join(', ')}`;
  return `${because}${doubt}${without}`;
}
