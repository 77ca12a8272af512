import { describe } from 'vitest';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import type { Witness } from '../../support/every-step-matters.ts';
import { POSTED } from '../../support/runs.ts';

/** Messages that a GICv4 forwards: to a vCPU that runs, that waits, or is about to. */
const FORWARDED: readonly Witness[] = [
  { settings: {} },
  { settings: { mmap: 'off' } },
  { settings: { guest: 'busy', periodUs: 1 } },
  ...[1, 2, 3, 5, 8, 13, 30].map((periodUs) => ({ settings: { periodUs } })),
  // The message comes while the vPE is made non-resident, or the vCPU is back before it is kicked.
  ...[18, 19, 20, 21, 22].map((periodUs) => ({ settings: { periodUs }, costs: { vpeSchedule: 15_000 } })),
  { settings: { periodUs: 30 }, costs: { haltWake: 0, threadWake: 0, contextSwitch: 0, vcpuKick: 20_000 } },
  // The doorbell was stored over.
  ...[1, 2, 3, 4, 5, 6, 7, 8, 18].flatMap((periodUs) => [
    { settings: { periodUs }, bugs: { 'doorbell-race': true } },
    { settings: { periodUs }, bugs: { 'doorbell-race': true }, costs: { vmExit: 20_000 } },
  ]),
];
const ON_ARM = FORWARDED.map((witness): Witness => ({
  ...witness,
  settings: { arch: 'arm', ...witness.settings },
  host: { posting: 'on' },
}));

describe('every step of vfio-pci/posted on Arm matters', () => {
  everyStepMatters({
    path: POSTED,
    witnesses: ON_ARM,
    seenInStateOnly: ['vcpu-locks-bql', 'flush-vgic', 'ring-doorbell-resumes'],
    // The doorbell comes to the CPU of the vCPU, which so is not in the guest when it is kicked.
    neverTaken: ['send-ipi', 'map-stage2'],
    alwaysOneWay: ['fold-vgic', 'wake-vcpu'],
    changesNothing: ['region-access', 'send-ipi'],
  });
});
