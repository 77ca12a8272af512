import { CORTEX_A15 } from './cortex-a15.ts';
import type { CostProfile } from './profile.ts';

/** Every platform that runs can be costed for. */
export const ALL_PROFILES: readonly CostProfile[] = [CORTEX_A15];

/** The profile of that name. */
export function findProfile(name: string): CostProfile | undefined {
  return ALL_PROFILES.find((profile) => profile.name === name);
}
