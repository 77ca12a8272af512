import { CORTEX_A15 } from './cortex-a15.ts';
import type { Architecture, CostProfile } from './profile.ts';
import { XEON_NO_APICV } from './xeon-no-apicv.ts';

/** Every platform that runs can be costed for. */
export const ALL_PROFILES: readonly CostProfile[] = [CORTEX_A15, XEON_NO_APICV];

/** What a machine is costed with if nobody says otherwise. */
export const DEFAULT_PROFILES: Readonly<Record<Architecture, CostProfile>> = {
  arm64: CORTEX_A15,
  x86: XEON_NO_APICV,
};

/** The profile of that name. */
export function findProfile(name: string): CostProfile | undefined {
  return ALL_PROFILES.find((profile) => profile.name === name);
}
