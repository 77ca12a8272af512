import type { HostFacts } from '../../../src/facts/facts.ts';
import { INTX_IRQFD, INTX_SPLIT, MSI_IRQFD, POSTED } from '../../support/runs.ts';

const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };
const APICV: Partial<HostFacts> = { apicv: 'on', irqCpu: 1 };
const AVIC: Partial<HostFacts> = { ...APICV, vendor: 'amd' };
const VAPIC: Partial<HostFacts> = { ...AVIC, posting: 'on' };

/** Golden runs of vCPUs with APICv or AVIC, beside those of `vfio-pci/posted` on Intel. */
export const ACCELERATED_CASES = [
  { path: INTX_IRQFD, name: 'apicv-busy-guest', settings: { ...STEADY, guest: 'busy' }, host: APICV },
  { path: INTX_IRQFD, name: 'avic-idle-guest', settings: STEADY, host: AVIC },
  { path: INTX_SPLIT, name: 'avic-busy-guest', settings: { ...STEADY, guest: 'busy' }, host: AVIC },
  { path: MSI_IRQFD, name: 'avic-busy-guest', settings: { ...STEADY, guest: 'busy' }, host: AVIC },
  { path: MSI_IRQFD, name: 'avic-idle-guest', settings: STEADY, host: AVIC },
  { path: POSTED, name: 'avic-vcpu-runs', settings: { ...STEADY, guest: 'busy' }, host: VAPIC },
  { path: POSTED, name: 'avic-vcpu-blocked', settings: STEADY, host: VAPIC },
  {
    path: POSTED,
    name: 'avic-inhibited',
    settings: { ...STEADY, inhibitedBy: 'apicv-inhibited' },
    host: VAPIC,
  },
].map((golden) => ({ ...golden, interrupt: 1 }));
