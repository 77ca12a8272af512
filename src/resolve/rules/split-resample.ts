import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';
import type { Machine } from '../machine.ts';
import { booleanOf, optionValue } from '../option-value.ts';
import { fromDecision } from './from-decision.ts';

/** Since then QEMU signals the resample eventfd itself when the IOAPIC is its own. */
const QEMU_RESAMPLES = '5.1';
/** Since then KVM refuses a resample eventfd that it could never signal; stable releases of older kernels, as 4.19.73, got it later. */
const KVM_REFUSES = '5.2';
const SOURCE =
  'QEMU accel/kvm/kvm-all.c kvm_resample_fd_insert, commit c82d9d43ed; Linux commit 654f1f13ea56 (in the pull ' +
  'request for 5.2-rc2); trace X5-split';

/** Whether the IOAPIC is in QEMU and QEMU knows how to end a line that KVM injected. */
export const splitIrqchip: Rule = {
  name: 'split-irqchip',
  check({ machine }): Finding {
    const { irqchip, facts } = machine;
    if (irqchip.value === undefined) {
      const cases = { holds: 'kernel-irqchip is split', fails: 'kernel-irqchip is off' };
      return { ...fromDecision(irqchip, 'unknown', irqchip.because, { cases }), source: SOURCE };
    }
    if (irqchip.value !== 'split') {
      return { ...fromDecision(irqchip, 'fails', irqchip.because), source: SOURCE };
    }
    const { qemu, kernel } = facts.host;
    if (compareReleases(qemu, QEMU_RESAMPLES) >= 0) {
      const because = `${irqchip.because}; QEMU ${qemu} signals the resample eventfd itself`;
      return { ...fromDecision(irqchip, 'holds', because), source: SOURCE };
    }
    const because = `QEMU ${qemu} leaves the resample eventfd to KVM, which has no IOAPIC (kernel-irqchip=split)`;
    if (compareReleases(kernel, KVM_REFUSES) < 0) {
      return { ...fromDecision(irqchip, 'fails', because), source: SOURCE };
    }
    const message = `irqfd is asked for but QEMU falls back to userspace with a warning: ${because}, and Linux ${kernel} refuses it`;
    const problem = { code: 'irqfd-unavailable', severity: 'warning', message } as const;
    return { ...fromDecision(irqchip, 'fails', because, { problem }), source: SOURCE };
  },
};

/**
 * Whether anybody ends the line. Between QEMU's first split irqchip and 5.1, on a kernel before 5.2, KVM took the
 * resample eventfd and nobody ever signalled it: VFIO's mask stayed for good after the first interrupt.
 */
export function lineIsEnded(parents: readonly string[]): Rule {
  return {
    name: 'line-is-ended',
    check(subject): Finding {
      const { machine } = subject;
      const { irqchip, facts } = machine;
      const bypassed = booleanOf(optionValue(subject, { parents }, 'x-no-kvm-intx'));
      if (bypassed === true || !isBroken(machine)) {
        const because = 'QEMU raises the line, and takes an access to the device for its end';
        const base = { option: null, value: null, isDefault: true, range: null };
        return { ...base, outcome: 'holds', because, source: 'QEMU hw/vfio/pci.c vfio_intx_eoi' };
      }
      const { qemu, kernel } = facts.host;
      const because =
        `the line stays masked after the first interrupt: Linux ${kernel} takes the resample eventfd of QEMU ${qemu} ` +
        'and never signals it, since the IOAPIC is in QEMU (kernel-irqchip=split)';
      if (bypassed === undefined) {
        const cases = { holds: 'x-no-kvm-intx is on', fails: `x-no-kvm-intx is off: ${because}` };
        return { ...fromDecision(irqchip, 'unknown', because, { cases }), source: SOURCE };
      }
      const message = `${because}; expected kernel-irqchip=on, x-no-kvm-intx=on or QEMU ${QEMU_RESAMPLES}`;
      const problem = { code: 'resample-never-signalled', severity: 'error', message } as const;
      return { ...fromDecision(irqchip, 'fails', because, { problem }), source: SOURCE };
    },
  };
}

function isBroken({ irqchip, facts }: Machine): boolean {
  const { qemu, kernel } = facts.host;
  return (
    irqchip.value === 'split' &&
    compareReleases(qemu, QEMU_RESAMPLES) < 0 &&
    compareReleases(kernel, KVM_REFUSES) < 0
  );
}
