import { describe, expect, it } from 'vitest';
import { checkWiring } from '../../../src/analysis/properties.ts';
import type { CheckedGraph } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { localStepFaults } from '../../support/local-step-faults.ts';
import {
  DEASSERT_ON_ACK,
  EOI_UNMASK,
  EOIFD,
  INTX_IRQFD,
  INTX_USERSPACE,
  IRQFD,
  MSI_IRQFD,
  USERSPACE,
  wire,
} from '../../support/runs.ts';

interface Case {
  readonly path: string;
  readonly settings: PathSettings;
  readonly bugs: BugOverrides;
}

const QUICK = { handler: 'write-first', accesses: 1, mmap: 'off', mmapTimeoutMs: 0 };
const EDGE = { trigger: 'edge', guestTrigger: 'edge' };

/** Machines small enough to be seen whole. */
const CASES: readonly Case[] = [
  { path: USERSPACE, settings: {}, bugs: { all: false } },
  { path: USERSPACE, settings: { handler: 'write-first', accesses: 1 }, bugs: {} },
  { path: USERSPACE, settings: { start: 'reset', mmapTimeoutMs: 0 }, bugs: {} },
  { path: USERSPACE, settings: { ...EDGE, ...QUICK }, bugs: {} },
  { path: USERSPACE, settings: { ...QUICK, lines: 2 }, bugs: {} },
  { path: IRQFD, settings: { lines: 2 }, bugs: {} },
  { path: IRQFD, settings: EDGE, bugs: {} },
  { path: IRQFD, settings: { handlerContext: 'threaded' }, bugs: {} },
  { path: IRQFD, settings: { handlerContext: 'threaded' }, bugs: { all: false } },
  { path: IRQFD, settings: { mmap: 'off' }, bugs: { 'active-pending-storm': true } },
  { path: IRQFD, settings: { start: 'reset' }, bugs: {} },
  { path: EOI_UNMASK, settings: {}, bugs: {} },
  { path: EOI_UNMASK, settings: { deassert: 'qemu' }, bugs: {} },
  { path: EOIFD, settings: { lifetime: 'close-eoifd', napi: 'off', accesses: 1 }, bugs: { all: false } },
  { path: DEASSERT_ON_ACK, settings: { lifetime: 'deassign', napi: 'off', accesses: 1 }, bugs: {} },
  { path: INTX_IRQFD, settings: { arch: 'arm', mmap: 'off' }, bugs: {} },
  { path: INTX_IRQFD, settings: { arch: 'arm', intxMask: 'broken' }, bugs: {} },
  { path: INTX_USERSPACE, settings: { arch: 'arm', napi: 'off', accesses: 1 }, bugs: {} },
  { path: MSI_IRQFD, settings: {}, bugs: {} },
  { path: 'virtio/notify-sync', settings: {}, bugs: {} },
  { path: 'virtio/notify-ioeventfd', settings: { eventIdx: 'off' }, bugs: {} },
  { path: 'virtio/notify-iothread', settings: { pollMaxNs: 0 }, bugs: {} },
  { path: 'virtio/call-intx', settings: { transport: 'legacy' }, bugs: {} },
  { path: 'emulated/line', settings: {}, bugs: {} },
  { path: 'emulated/msi', settings: { kick: 'ioeventfd', guest: 'busy' }, bugs: {} },
  { path: 'emulated/line', settings: { device: 'ich9-ahci', irqchip: 'split' }, bugs: {} },
  { path: 'virtio/call-intx', settings: { arch: 'arm', transport: 'mmio' }, bugs: {} },
];

describe.each(CASES)('local steps of $path $settings $bugs', ({ path, settings, bugs }) => {
  const wiring = wire(path, settings, undefined, bugs);
  const marks = ['spurious', 'eoi-by:read', 'eoi-by:write', 'stay-slow', 'stage2-fault', 'guest-irq'];
  const checked = (reduce: boolean): CheckedGraph =>
    finish(checkWiring(wiring, { maxStates: 2e6, marks, reduce }));
  let all: CheckedGraph | undefined;

  it('commute, unseen, and go forward', () => {
    all = checked(false);
    expect(all.graph.complete).toBe(true);
    expect(localStepFaults(wiring, all.graph.states)).toEqual([]);
  });

  it('can be put first: that finds what all interleavings show', () => {
    const verdicts = ({ graph, findings, reached }: CheckedGraph): unknown => [
      graph.complete,
      findings.map(({ property, source }) => `${property} ${source ?? ''}`).sort(),
      [...reached.keys()].sort(),
    ];
    const whole = all ?? checked(false);
    all = undefined;
    const reduced = checked(true);
    expect(verdicts(reduced)).toEqual(verdicts(whole));
    expect(reduced.graph.states.size).toBeLessThan(whole.graph.states.size);
  });
});
