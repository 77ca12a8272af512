import { describe, expect, it } from 'vitest';
import type { GuestFacts, HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  FORWARDED,
  INTX_IRQFD,
  INTX_SPLIT,
  INTX_USERSPACE,
  IRQFD,
  MSI_IRQFD,
  POSTED,
  simulatePath,
} from '../../support/runs.ts';

/** The host's interrupt on another CPU than the vCPU, which computes: every exit is one that KVM or the guest causes. */
function summaryOf(
  path: string,
  settings: PathSettings = {},
  host: Partial<HostFacts> = {},
  guest: Partial<GuestFacts> = {},
): Simulation['summary'] {
  return simulationOf(path, settings, host, guest).summary;
}

function simulationOf(
  path: string,
  settings: PathSettings,
  host: Partial<HostFacts>,
  guest: Partial<GuestFacts> = {},
): Simulation {
  const facts = {
    host: { ...TEST_FACTS.host, irqCpu: 1, ...host },
    guest: { ...TEST_FACTS.guest, ...guest },
  };
  const given = { guest: 'busy', jitterPercent: 0, wakeJitterPercent: 0, ...settings };
  return simulatePath(path, given, { interrupts: 20, facts });
}

const APICV = { apicv: 'on' } as const;
const AVIC = { apicv: 'on', vendor: 'amd' } as const;

describe('exits of an INTx irqfd on x86', () => {
  it('without APICv: the kick, the read of TMR and the end of interrupt (traces X4a)', () => {
    expect(summaryOf(INTX_IRQFD).exitReasons).toEqual({
      'EXTERNAL_INTERRUPT (kick)': 1,
      'MSR_READ (APIC TMR)': 1,
      'MSR_WRITE (APIC EOI)': 1,
    });
  });

  it.each([
    [INTX_IRQFD, APICV, 'EOI_INDUCED (APIC EOI)'],
    [INTX_IRQFD, AVIC, 'avic_unaccelerated_access (APIC EOI)'],
    [INTX_SPLIT, APICV, 'EOI_INDUCED (APIC EOI)'],
    [INTX_SPLIT, AVIC, 'avic_unaccelerated_access (APIC EOI)'],
  ] as const)('%s %o: only the end of interrupt, %s', (path, host, reason) => {
    expect(summaryOf(path, {}, host).exitReasons).toEqual({ [reason]: 1 });
    // A guest with xAPIC has it no better and no worse.
    expect(summaryOf(path, {}, host, { x2apic: 'off' }).exitReasons).toEqual({ [reason]: 1 });
  });

  it('remapped, with APICv: the write to the EOI register of the IOAPIC alone, which PV EOI has no part in', () => {
    const { exitReasons } = summaryOf(INTX_SPLIT, { intremap: 'on' }, APICV);
    expect(exitReasons).toEqual({ 'EPT_MISCONFIG (MMIO)': 1 });
  });
});

describe('exits of an INTx that QEMU handles', () => {
  it.each([APICV, AVIC])('%o: those of the accesses, and one for the end of interrupt', (host) => {
    const { exitReasons, userspaceExitsPerInterrupt } = summaryOf(INTX_USERSPACE, { mmap: 'off' }, host);
    // Three in the handler and two in NAPI.
    expect(userspaceExitsPerInterrupt).toBe(5);
    const sum = Object.values(exitReasons).reduce((total, value) => total + value, 0);
    expect(sum).toBe(6);
    expect(Object.keys(exitReasons).some((reason) => reason.endsWith('(APIC EOI)'))).toBe(true);
  });

  it('with all interrupt controllers in QEMU: every access to the APIC is a userspace exit (trace X5-off)', () => {
    const settings = { irqchip: 'off', mmapTimeoutMs: 0, mmap: 'off', napi: 'off', accesses: 1 };
    const { exitReasons, userspaceExitsPerInterrupt } = summaryOf(INTX_USERSPACE, settings);
    // The access of the handler, TMR and EOI; besides, the signal and the open window make KVM_RUN return.
    const mmio = Object.entries(exitReasons).filter(([reason]) => reason.endsWith('(MMIO)'));
    expect(mmio.reduce((total, [, value]) => total + value, 0)).toBe(3);
    expect(userspaceExitsPerInterrupt).toBeGreaterThanOrEqual(3);
  });
});

describe('exits of a message', () => {
  it.each([
    ['kicked, ended through PV EOI', {}, {}, { 'EXTERNAL_INTERRUPT (kick)': 1 }],
    [
      'kicked, ended by an MSR',
      {},
      { pvEoi: 'off' },
      { 'EXTERNAL_INTERRUPT (kick)': 1, 'MSR_WRITE (APIC EOI)': 1 },
    ],
    ['APICv: none', APICV, { pvEoi: 'off' }, {}],
    ['AVIC: none', AVIC, { pvEoi: 'off' }, {}],
  ] as const)('irqfd, %s', (_, host, guest, expected) => {
    const summary = summaryOf(MSI_IRQFD, {}, host, guest);
    expect(summary.exitReasons).toEqual(expected);
    expect(summary.physicalIrqsPerInterrupt).toBe(1);
  });

  it.each([APICV, AVIC])('posted to a vCPU that runs, %o: nothing on the host', (host) => {
    const { summary, steps } = simulationOf(POSTED, {}, { ...host, posting: 'on' });
    expect(summary).toMatchObject({ exitReasons: {}, exitsPerInterrupt: 0, physicalIrqsPerInterrupt: 0 });
    const who = new Set(steps.filter(({ inCycle }) => inCycle).map(({ process }) => process));
    expect(who).toEqual(new Set(['NVMe', 'IOMMU', 'virtual APIC', 'guest']));
  });

  it('where KVM inhibits APICv: as if there were none', () => {
    const inhibited = summaryOf(POSTED, { inhibitedBy: 'apicv-inhibited' }, { ...AVIC, posting: 'on' });
    expect(inhibited.exitReasons).toEqual({ 'interrupt (kick)': 1 });
    expect(inhibited.physicalIrqsPerInterrupt).toBe(1);
  });
});

describe('exits on Arm', () => {
  it('irqfd: the kick and the maintenance exit (traces P1)', () => {
    const { exitReasons, exitsPerInterrupt } = summaryOf(IRQFD);
    expect(exitReasons).toEqual({ IRQ_KICK: 1, IRQ_MAINTENANCE: 1 });
    expect(exitsPerInterrupt).toBe(2);
  });

  it('forwarded: one physical interrupt, the kick, and none when the guest ends it', () => {
    const summary = summaryOf(FORWARDED);
    expect(summary.exitsPerInterrupt).toBe(1);
    expect(summary.physicalIrqsPerInterrupt).toBe(1);
  });
});
