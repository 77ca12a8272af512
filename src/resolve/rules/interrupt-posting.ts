import type { Finding, Rule } from '../family.ts';
import { fromDecision } from './from-decision.ts';

const X86 =
  'Linux virt/lib/irqbypass.c; arch/x86/kvm/vmx/posted_intr.c, arch/x86/kvm/svm/avic.c pi_update_irte';
const POSTING = 'devices post interrupts on this host (facts posting=on, apicv=on)';
const ARM = 'Linux arch/arm64/kvm/vgic/vgic-v4.c kvm_vgic_v4_set_forwarding';

/** Whether the hardware delivers the device's messages to the guest by itself; no launch file says it. */
export const interruptPosting: Rule = {
  name: 'interrupt-posting',
  check({ machine }): Finding {
    const { architecture, gicVersion, facts } = machine;
    const { posting, apicv, vendor } = facts.host;
    const isArm = architecture.value === 'arm';
    const base = { option: null, value: null, isDefault: true, source: isArm ? ARM : X86, range: null };
    const fails = (because: string): Finding => ({ ...base, outcome: 'fails', because });
    if (posting === 'off') {
      const finding = fails('devices do not post interrupts on this host (fact posting=off)');
      // What a host with a GICv4 does depends on more: on a guest with a GICv3.
      return isArm ? finding : { ...finding, assumes: { name: 'posting', otherwise: POSTING } };
    }
    if (isArm) {
      if (gicVersion.value === undefined) {
        const cases = { holds: 'the GIC is a GICv3', fails: 'the GIC is a GICv2' };
        return { ...fromDecision(gicVersion, 'unknown', gicVersion.because, { cases }), source: ARM };
      }
      if (gicVersion.value === 2) return fails('a GICv4 forwards LPIs, and a guest with a GICv2 has none');
      return { ...base, outcome: 'holds', because: "the host's GICv4 forwards LPIs (fact posting=on)" };
    }
    const name = vendor === 'amd' ? 'AVIC' : 'APICv';
    if (apicv === 'off') return fails(`posted interrupts need ${name}, which is off (fact apicv=off)`);
    const because = `devices post interrupts, and ${name} takes them (facts posting=on, apicv=on)`;
    return { ...base, outcome: 'holds', because };
  },
};
