import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';

/** First QEMU that sets up an irqfd for an edge without a resamplefd. */
const SINCE = '2.5';
const SOURCE =
  'QEMU commit a5b39cd3f6 (no resamplefd for edge); Linux drivers/vfio/platform/vfio_platform_irq.c: unmasking an ' +
  'edge is refused';

/**
 * In QEMU before 2.5, whether the line is level-triggered, which no launch file says: for an edge the whole set-up of
 * the irqfd fails, and QEMU handles the interrupt itself. Later releases take `rule` alone.
 */
export function edgeIrqfd(rule: Rule): Rule {
  return {
    name: rule.name,
    check(subject): Finding {
      const found = rule.check(subject);
      const { qemu } = subject.machine.facts.host;
      if (compareReleases(qemu, SINCE) >= 0) return found;
      return {
        ...found,
        outcome: 'unknown',
        because: `QEMU ${qemu} asks for a resamplefd for every line, and for an edge it gets none`,
        source: SOURCE,
        cases: {
          holds: "the line is level-triggered (the host's device tree decides)",
          fails: `the line is an edge: QEMU ${qemu} asks for a resamplefd for it, and the set-up of the irqfd fails`,
        },
      };
    },
  };
}
