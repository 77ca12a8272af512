import { CORTEX_A15 } from './cortex-a15.ts';
import { INTEL_APICV } from './intel-apicv.ts';
import type { Architecture, CostProfile } from './profile.ts';
import { XEON_NO_APICV } from './xeon-no-apicv.ts';

/** Every platform that runs can be costed for. */
export const ALL_PROFILES: readonly CostProfile[] = [CORTEX_A15, XEON_NO_APICV, INTEL_APICV];

/**
 * What a machine is costed with if nobody says otherwise. One with AVIC gets Intel's numbers as well: of AVIC nobody has
 * published any.
 */
export function defaultProfile(
  architecture: Architecture,
  { apicv }: { readonly apicv: 'on' | 'off' },
): CostProfile {
  if (architecture === 'arm64') return CORTEX_A15;
  return apicv === 'on' ? INTEL_APICV : XEON_NO_APICV;
}

/** The profile of that name. */
export function findProfile(name: string): CostProfile | undefined {
  return ALL_PROFILES.find((profile) => profile.name === name);
}
