import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

/** Whether the machine has a platform bus: of the machines with KVM, Arm's `virt` has one. */
export const platformBus: Rule = {
  name: 'platform-bus',
  check({ device, machine }): Finding {
    const { type, architecture } = machine;
    const problem = (message: string) => ({ code: 'wrong-machine', severity: 'error', message }) as const;
    if (architecture.value !== 'arm') {
      const because = `QEMU for ${architecture.value ?? ''} has no ${device.driver.text}; of the platform bus only Arm is modelled`;
      return fromDecision(type, 'fails', because, { problem: problem(because) });
    }
    if (type.value === undefined) {
      const cases = { holds: 'the machine is virt', fails: 'the machine is another than virt' };
      return fromDecision(type, 'unknown', type.because, { cases });
    }
    if (type.value !== 'virt') {
      const because = `the machine ${type.value} has no platform bus; expected virt`;
      return fromDecision(type, 'fails', because, { problem: problem(because) });
    }
    return fromDecision(type, 'holds', `${type.because}: it has a platform bus`);
  },
};
