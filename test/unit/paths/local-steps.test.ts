import { describe, expect, it } from 'vitest';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { explore, finish } from '../../../src/engine/explore.ts';
import { isLocal } from '../../../src/engine/local-steps.ts';
import { currentStep } from '../../../src/engine/semantics.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { faultsOf } from '../../support/local-step-faults.ts';
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

describe('a local step', () => {
  it.each(CASES)('$path $settings $bugs: commutes, unseen, and goes forward', ({ path, settings, bugs }) => {
    const wiring = wire(path, settings, undefined, bugs);
    const { model } = wiring;
    const { states, complete } = finish(explore(model, { maxStates: 2e6 }));
    expect(complete).toBe(true);
    const faults = new Set<string>();
    const found = states.buffer();
    for (let index = 0; index < states.size; index++) {
      states.read(index, found);
      for (const process of model.processes) {
        const step = currentStep(process, found.state);
        if (!isLocal(step, model)) continue;
        for (const fault of faultsOf(wiring, process, found.state)) faults.add(`${step.label}: ${fault}`);
      }
    }
    expect([...faults]).toEqual([]);
  });
});

describe('leaving out interleavings of local steps', () => {
  it.each(CASES)('$path $settings $bugs: finds what all of them show', ({ path, settings, bugs }) => {
    const wiring = wire(path, settings, undefined, bugs);
    const marks = ['spurious', 'eoi-by:read', 'eoi-by:write', 'stay-slow', 'stage2-fault', 'guest-irq'];
    const [all, reduced] = [false, true].map((reduce) =>
      finish(checkWiring(wiring, { maxStates: 2e6, marks, reduce })),
    );
    const verdicts = (checked: typeof all): unknown => [
      checked?.graph.complete,
      checked?.findings.map(({ property, source }) => `${property} ${source ?? ''}`).sort(),
      [...(checked?.reached.keys() ?? [])].sort(),
    ];
    expect(verdicts(reduced)).toEqual(verdicts(all));
    expect(reduced?.graph.states.size).toBeLessThan(all?.graph.states.size ?? 0);
  });
});
