import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

/** Whether the guest is one of those whose interrupts are modelled. */
export const modelledArchitecture: Rule = {
  name: 'architecture',
  check({ machine }): Finding {
    const { architecture } = machine;
    if (architecture.value === 'x86' || architecture.value === 'arm') {
      return fromDecision(architecture, 'holds', architecture.because);
    }
    const because = `${architecture.because}, whose interrupts are not modelled; x86 and Arm are`;
    const problem = { code: 'not-modelled', severity: 'information', message: because } as const;
    return fromDecision(architecture, 'fails', because, { problem });
  },
};
