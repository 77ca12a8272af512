import type { Finding, Rule } from '../family.ts';
import type { Decision } from '../decision.ts';
import { fromDecision } from './from-decision.ts';

/** Whether the guest runs under KVM; paths without it are not modelled. */
export const usesKvm: Rule = {
  name: 'kvm',
  check({ machine }): Finding {
    const { accelerator } = machine;
    if (accelerator.value === undefined) {
      const cases = {
        holds: 'the accelerator is kvm',
        fails: 'the accelerator is another than kvm (not modelled)',
      };
      return fromDecision(accelerator, 'unknown', accelerator.because, { cases });
    }
    if (accelerator.value === 'kvm') return fromDecision(accelerator, 'holds', accelerator.because);
    if (accelerator.isDefault) return tcgByDefault(accelerator);
    const because = `${accelerator.because}: ${accelerator.value.toUpperCase()} is not modelled`;
    const message = `${because}; with -accel kvm there is a path`;
    return fromDecision(accelerator, 'fails', because, {
      problem: { code: 'not-kvm', severity: 'information', message },
    });
  },
};

/** Nothing is named, so it depends on how QEMU was built; nearly every build has TCG and prefers it. */
function tcgByDefault(accelerator: Decision<string>): Finding {
  const message = `${accelerator.because}, which is not modelled; expected -accel kvm`;
  return fromDecision(accelerator, 'unknown', accelerator.because, {
    cases: {
      holds: 'KVM is asked for (-accel kvm), or QEMU was built without TCG',
      fails: 'QEMU takes TCG (not modelled)',
    },
    problem: { code: 'not-kvm', severity: 'information', message },
  });
}
