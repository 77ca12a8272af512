import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

/** States the version of the guest's GIC; it keeps no path from being taken, the GSI map asks again. */
export const gicVersionRule: Rule = {
  name: 'gic-version',
  check: ({ machine }): Finding => fromDecision(machine.gicVersion, 'holds', machine.gicVersion.because),
};
