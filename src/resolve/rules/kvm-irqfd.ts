import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';

/** The commit is known to bring both capabilities to Arm; that 4.1 is the first release with it is from memory. */
const SINCE = '4.1';
const COMMIT = 'Linux commit 174178fed338 (first released in 4.1: unverified)';

/** Whether KVM of the host kernel offers irqfds or, with them, resample eventfds on Arm. */
export function kvmIrqfd(name: string, capability: 'irqfd' | 'resamplefd', asked: string): Rule {
  return {
    name,
    check({ machine }): Finding {
      const { kernel } = machine.facts.host;
      const has = compareReleases(kernel, SINCE) >= 0;
      const because = has
        ? `Linux ${kernel} offers ${capability} on Arm`
        : `Linux ${kernel} offers no ${capability} on Arm; it came with ${SINCE}`;
      return {
        outcome: has ? 'holds' : 'fails',
        because,
        option: null,
        value: null,
        isDefault: true,
        source: `${asked}; ${COMMIT}`,
        range: null,
        problem: silently(because),
      };
    },
  };
}

/** QEMU falls back to userspace without a word; the user should hear it. */
export function silently(because: string): NonNullable<Finding['problem']> {
  return {
    code: 'irqfd-silently-unavailable',
    severity: 'warning',
    message: `irqfd is asked for but QEMU silently falls back to userspace: ${because}`,
  };
}
