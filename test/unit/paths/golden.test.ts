import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import {
  cycleOf,
  DEASSERT_ON_ACK,
  EOI_UNMASK,
  EOIFD,
  FORWARDED,
  INTX_IRQFD,
  INTX_SPLIT,
  INTX_USERSPACE,
  IRQFD,
  LEVEL_PULSE,
  MSI_IRQFD,
  MSI_USERSPACE,
  POSTED,
  simulatePath,
  USERSPACE,
} from '../../support/runs.ts';
import { MSI_ARM_CASES } from './golden-msi-arm.ts';
import { ACCELERATED_CASES } from './golden-accelerated.ts';

interface GoldenCase {
  readonly path: string;
  readonly name: string;
  readonly settings: PathSettings;
  readonly interrupt: number;
  readonly kernel?: string;
  /** Events of the device, if more than one belongs to the cycle. */
  readonly arrivals?: number;
  readonly host?: Partial<HostFacts>;
}

const VT_D: Partial<HostFacts> = { apicv: 'on', posting: 'on' };
const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };

const CASES: readonly GoldenCase[] = [
  { path: USERSPACE, name: 'first-interrupt', settings: STEADY, interrupt: 0 },
  { path: USERSPACE, name: 'read-first-spurious', settings: STEADY, interrupt: 1 },
  { path: USERSPACE, name: 'read-first-no-spurious', settings: { ...STEADY, threadWake: 0 }, interrupt: 1 },
  {
    path: USERSPACE,
    name: 'write-first',
    settings: { ...STEADY, handler: 'write-first', accesses: 3 },
    interrupt: 1,
  },
  { path: USERSPACE, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  { path: USERSPACE, name: 'gicv3', settings: { ...STEADY, gic: '3' }, interrupt: 1 },
  { path: USERSPACE, name: 'two-lines', settings: { ...STEADY, lines: 2 }, interrupt: 1 },
  { path: IRQFD, name: 'idle-guest', settings: STEADY, interrupt: 1 },
  { path: IRQFD, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  { path: IRQFD, name: 'kworker', settings: STEADY, interrupt: 1, kernel: '4.4' },
  { path: IRQFD, name: 'edge', settings: { ...STEADY, trigger: 'edge', guestTrigger: 'edge' }, interrupt: 1 },
  {
    path: IRQFD,
    name: 'threaded-oneshot',
    settings: { ...STEADY, handlerContext: 'threaded' },
    interrupt: 1,
  },
  { path: FORWARDED, name: 'idle-guest', settings: STEADY, interrupt: 1 },
  { path: FORWARDED, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  { path: FORWARDED, name: 'kernel-of-2014', settings: STEADY, interrupt: 1, kernel: '3.17' },
  { path: EOI_UNMASK, name: 'kernel-deasserts', settings: STEADY, interrupt: 1 },
  { path: EOI_UNMASK, name: 'qemu-deasserts', settings: { ...STEADY, deassert: 'qemu' }, interrupt: 1 },
  { path: INTX_IRQFD, name: 'idle-guest', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  { path: INTX_IRQFD, name: 'busy-guest', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  {
    path: INTX_IRQFD,
    name: 'amd-busy-guest-other-cpu',
    settings: { ...STEADY, guest: 'busy' },
    interrupt: 1,
    host: { vendor: 'amd', irqCpu: 1 },
  },
  {
    path: INTX_IRQFD,
    name: 'broken-intx-mask',
    settings: { ...STEADY, intxMask: 'broken' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  {
    path: INTX_IRQFD,
    name: 'pending-at-unmask',
    // The next cause comes while the handler still runs: found pending at the end of the interrupt.
    settings: { ...STEADY, napi: 'off', guestHandler: 40_000, periodUs: 50 },
    interrupt: 0,
    arrivals: 2,
    host: { irqCpu: 1 },
  },
  // The BARs are still mapped: interrupted again and again until the slot is gone (trace X4b).
  { path: INTX_USERSPACE, name: 'bars-mapped', settings: STEADY, interrupt: 0, host: { irqCpu: 1 } },
  { path: INTX_USERSPACE, name: 'bars-unmapped', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  {
    path: INTX_USERSPACE,
    name: 'busy-guest-one-cpu',
    settings: { ...STEADY, guest: 'busy', mmapTimeoutMs: 0 },
    interrupt: 1,
  },
  {
    path: INTX_USERSPACE,
    name: 'amd-no-mmap',
    settings: { ...STEADY, mmap: 'off', napi: 'off', accesses: 1 },
    interrupt: 1,
    host: { vendor: 'amd', irqCpu: 1 },
  },
  { path: INTX_SPLIT, name: 'idle-guest', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  {
    path: INTX_SPLIT,
    name: 'amd-busy-guest',
    settings: { ...STEADY, guest: 'busy' },
    interrupt: 1,
    host: { vendor: 'amd' },
  },
  {
    path: INTX_SPLIT,
    name: 'interrupt-remapping',
    settings: { ...STEADY, intremap: 'on' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  {
    path: INTX_SPLIT,
    name: 'pending-at-unmask',
    settings: { ...STEADY, napi: 'off', guestHandler: 40_000, periodUs: 50 },
    interrupt: 0,
    arrivals: 2,
    host: { irqCpu: 1 },
  },
  { path: MSI_IRQFD, name: 'idle-guest', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  {
    path: MSI_IRQFD,
    name: 'busy-guest-other-cpu',
    settings: { ...STEADY, guest: 'busy' },
    interrupt: 1,
    host: { vendor: 'amd', irqCpu: 1 },
  },
  {
    path: MSI_IRQFD,
    name: 'busy-guest-without-pv-eoi',
    settings: { ...STEADY, guest: 'busy', pvEoi: 'off', capability: 'msi' },
    interrupt: 1,
  },
  {
    path: MSI_IRQFD,
    name: 'two-messages-one-injection',
    settings: { ...STEADY, guest: 'busy', periodUs: 50, vmExit: 100_000 },
    interrupt: 0,
    arrivals: 2,
    host: { irqCpu: 1 },
  },
  {
    path: INTX_USERSPACE,
    name: 'irqchip-off',
    settings: { ...STEADY, irqchip: 'off' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  {
    path: INTX_USERSPACE,
    name: 'irqchip-off-bars-mapped',
    settings: { ...STEADY, irqchip: 'off', guest: 'busy' },
    interrupt: 0,
    host: { vendor: 'amd', irqCpu: 1 },
  },
  {
    path: INTX_USERSPACE,
    name: 'irqchip-split',
    settings: { ...STEADY, irqchip: 'split' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  { path: MSI_USERSPACE, name: 'idle-guest', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  { path: MSI_USERSPACE, name: 'irqchip-off', settings: { ...STEADY, irqchip: 'off' }, interrupt: 1 },
  {
    path: MSI_USERSPACE,
    name: 'irqchip-off-busy-guest',
    settings: { ...STEADY, irqchip: 'off', guest: 'busy' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  { path: MSI_USERSPACE, name: 'no-mmap', settings: { ...STEADY, mmap: 'off' }, interrupt: 1 },
  {
    path: INTX_IRQFD,
    name: 'arm-gicv2-busy-guest',
    settings: { ...STEADY, arch: 'arm', guest: 'busy' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  {
    path: INTX_IRQFD,
    name: 'arm-gicv3-kworker',
    settings: { ...STEADY, arch: 'arm', gic: '3' },
    interrupt: 1,
    kernel: '5.4',
  },
  {
    path: INTX_IRQFD,
    name: 'arm-broken-intx-mask',
    settings: { ...STEADY, arch: 'arm', intxMask: 'broken' },
    interrupt: 1,
    host: { irqCpu: 1 },
  },
  // The BARs are still mapped: interrupted again and again until the slot is gone (trace A3).
  {
    path: INTX_USERSPACE,
    name: 'arm-gicv3-bars-mapped',
    settings: { ...STEADY, arch: 'arm', gic: '3' },
    interrupt: 0,
    host: { irqCpu: 1 },
  },
  {
    path: INTX_USERSPACE,
    name: 'arm-gicv2-bars-unmapped',
    settings: { ...STEADY, arch: 'arm', guest: 'busy' },
    interrupt: 1,
  },
  { path: LEVEL_PULSE, name: 'x86-first-and-last', settings: STEADY, interrupt: 0, host: { irqCpu: 1 } },
  {
    path: LEVEL_PULSE,
    name: 'arm-edge',
    settings: { ...STEADY, arch: 'arm', trigger: 'edge', guestTrigger: 'edge' },
    interrupt: 1,
  },
  {
    path: LEVEL_PULSE,
    name: 'arm-kworker',
    settings: { ...STEADY, arch: 'arm', trigger: 'edge', guestTrigger: 'edge' },
    interrupt: 1,
    kernel: '4.4',
  },
  { path: EOIFD, name: 'idle-guest', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  // Taken back while the guest's handler runs.
  {
    path: EOIFD,
    name: 'closed-in-flight',
    settings: { ...STEADY, lifetime: 'close-irqfd', lifetimeChangeUs: 1002, gracePeriodUs: 20 },
    interrupt: 0,
    host: { irqCpu: 1 },
  },
  {
    path: EOIFD,
    name: 'eoifd-deassigned-first',
    settings: { ...STEADY, lifetime: 'deassign', lifetimeChangeUs: 1002, gracePeriodUs: 20 },
    interrupt: 0,
    host: { irqCpu: 1 },
  },
  { path: DEASSERT_ON_ACK, name: 'idle-guest', settings: STEADY, interrupt: 1, host: { irqCpu: 1 } },
  {
    path: DEASSERT_ON_ACK,
    name: 'deassigned-in-flight',
    settings: { ...STEADY, lifetime: 'deassign', lifetimeChangeUs: 1002, gracePeriodUs: 20 },
    interrupt: 0,
    host: { irqCpu: 1 },
  },
  {
    path: DEASSERT_ON_ACK,
    name: 'deassert-eventfd-closed',
    settings: { ...STEADY, lifetime: 'close-deassert', lifetimeChangeUs: 500 },
    interrupt: 0,
    host: { irqCpu: 1 },
  },
  {
    path: MSI_IRQFD,
    name: 'masked-by-the-guest',
    settings: {
      ...STEADY,
      guest: 'busy',
      vectorChange: 'mask',
      vectorChangeUs: 40,
      periodUs: 70,
      deviceAccess: 20_000,
    },
    interrupt: 0,
    arrivals: 1,
    host: { irqCpu: 1 },
  },
  { path: POSTED, name: 'vcpu-runs', settings: { ...STEADY, guest: 'busy' }, interrupt: 1, host: VT_D },
  { path: POSTED, name: 'vcpu-blocked', settings: STEADY, interrupt: 1, host: VT_D },
  {
    path: POSTED,
    name: 'vcpu-preempted',
    settings: { ...STEADY, guest: 'busy', preemptionUs: 100, periodUs: 120 },
    interrupt: 0,
    host: VT_D,
  },
  {
    path: POSTED,
    name: 'remapped-mode',
    settings: { ...STEADY, guest: 'busy', inhibitedBy: 'several-destinations' },
    interrupt: 1,
    host: { ...VT_D, irqCpu: 1 },
  },
  ...MSI_ARM_CASES,
  // Both regions are unmapped, one after the other (traces C1 and H1).
  { path: USERSPACE, name: 'two-lines-first-interrupt', settings: { ...STEADY, lines: 2 }, interrupt: 0 },
  ...ACCELERATED_CASES,
];

function goldenRows({ path, settings, interrupt, kernel = '6.12', host, arrivals }: GoldenCase): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel, ...host } };
  return cycleOf(simulatePath(path, settings, { interrupts: arrivals ?? interrupt + 1, facts }), interrupt);
}

describe('golden runs', () => {
  it.each(CASES)('$path: $name', async (golden) => {
    const rows = goldenRows(golden);
    expect(rows.length).toBeGreaterThan(10);
    const base = `../../golden/${golden.path.replace('/', '-')}/${golden.name}`;
    await expect(`${fullText(rows)}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows)).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows)).toMatchFileSnapshot(`${base}.mmd`);
  });

  it('are there for every path', () => {
    const ids = ALL_PATHS.map(({ info }) => info.id);
    // Those of virtio and of emulated devices are in virtio-golden.test.ts and emulated-golden.test.ts.
    expect(new Set(CASES.map(({ path }) => path))).toEqual(
      new Set(ids.filter((id) => !/^(virtio|emulated)\//.test(id))),
    );
  });

  it('keep the text for mails inside 72 columns', () => {
    for (const golden of CASES) {
      const lines = drawPlainText(goldenRows(golden)).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    }
  });
});
