import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';

interface Introduction {
  readonly since: string;
  readonly source: string;
}

/** The commits are known; the releases that are first to have them are from memory. */
const ON_ARM: Introduction = {
  since: '4.1',
  source: 'Linux commit 174178fed338 (first released in 4.1: unverified)',
};
const ON_X86: Readonly<Record<'irqfd' | 'resamplefd', Introduction>> = {
  irqfd: { since: '2.6.32', source: 'Linux virt/kvm/eventfd.c (first released in 2.6.32: unverified)' },
  resamplefd: { since: '3.7', source: 'Linux commit 7a84428af7ca (first released in 3.7: unverified)' },
};

/** Whether KVM of the host kernel offers irqfds or, with them, resample eventfds on the guest's architecture. */
export function kvmIrqfd(name: string, capability: 'irqfd' | 'resamplefd', asked: string): Rule {
  return {
    name,
    check({ machine }): Finding {
      const { kernel } = machine.facts.host;
      const isX86 = machine.architecture.value === 'x86';
      const place = isX86 ? 'x86' : 'Arm';
      const { since, source } = isX86 ? ON_X86[capability] : ON_ARM;
      const has = compareReleases(kernel, since) >= 0;
      const because = has
        ? `KVM of Linux ${kernel} offers ${capability} on ${place}`
        : `KVM of Linux ${kernel} offers no ${capability} on ${place}; it came with ${since}`;
      return {
        outcome: has ? 'holds' : 'fails',
        because,
        option: null,
        value: null,
        isDefault: true,
        source: `${asked}; ${source}`,
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
