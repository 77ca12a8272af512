import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts, HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  count,
  INTX_IRQFD,
  INTX_SPLIT,
  IRQFD,
  MSI_IRQFD,
  POSTED,
  simulatePath,
  USERSPACE,
} from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };
const VT_D = { apicv: 'on', posting: 'on' } as const;
const VAPIC = { ...VT_D, vendor: 'amd' } as const;

function assuming(host: Partial<HostFacts>): Facts {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1, ...host } };
}

const HALTING: readonly (readonly [string, PathSettings, Partial<HostFacts>])[] = [
  [INTX_IRQFD, {}, {}],
  [INTX_IRQFD, {}, { apicv: 'on' }],
  [INTX_IRQFD, { arch: 'arm' }, {}],
  [INTX_SPLIT, {}, { apicv: 'on', vendor: 'amd' }],
  [MSI_IRQFD, {}, {}],
  [POSTED, {}, VT_D],
  [POSTED, {}, VAPIC],
  [IRQFD, { handler: 'write-first' }, {}],
  [USERSPACE, { handler: 'write-first', mmapTimeoutMs: 0 }, {}],
];

describe('a vCPU that polls before its thread sleeps', { timeout: 60_000 }, () => {
  it.each(HALTING)('%s %o %o: is entered with an interrupt of its window at once', (path, settings, host) => {
    const facts = assuming(host);
    const latency = (haltPollUs: number): number =>
      simulatePath(path, { ...STEADY, ...settings, periodUs: 200, haltPollUs }, { interrupts: 10, facts })
        .summary.latencyNs.p50;
    // The wake-up is what it saves: 7 us and a switch on x86, 16 us on the Cortex-A15.
    expect(latency(0) - latency(1000)).toBeGreaterThan(7000);
    expect(latency(50)).toBe(latency(0));
  });

  it.each(HALTING)(
    '%s %o %o: sleeps when its window is over, and is woken as before',
    (path, settings, host) => {
      const run = (haltPollUs: number): ReturnType<typeof simulatePath> =>
        simulatePath(path, { ...STEADY, ...settings, haltPollUs }, { interrupts: 10, facts: assuming(host) });
      expect(count(run(100).steps, 'halt-polled')).toBe(0);
      expect(count(run(100).steps, 'wake-vcpu')).toBe(10);
      expect(count(run(2000).steps, 'wake-vcpu')).toBe(0);
      expect(count(run(2000).steps, 'halt-polled')).toBe(10);
      expect(run(2000).summary.haltWakeupsPerInterrupt).toBe(1);
    },
  );

  it.each(HALTING)('%s %o %o: loses nothing, whenever it stops polling', (path, settings, host) => {
    const request = { path, settings: { ...settings, haltPollUs: 50 }, facts: assuming(host) };
    const result = unwrap(finish(explorePath({ ...request, bugs: { all: false } })));
    expect(result.complete).toBe(true);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });

  it('hears of a posted message by a notification that the host takes, and that wakes nobody', () => {
    const settings = { ...STEADY, haltPollUs: 2000 };
    const { steps } = simulatePath(POSTED, settings, { interrupts: 10, facts: assuming(VT_D) });
    expect(count(steps, 'take-notification')).toBe(10);
    expect(count(steps, 'wake-blocked')).toBe(0);
  });

  it('stops for a worker that wants its CPU', () => {
    const settings = { ...STEADY, haltPollUs: 2000 };
    const { steps } = simulatePath(INTX_IRQFD, settings, { interrupts: 10, facts: assuming({ irqCpu: 0 }) });
    const inCycles = steps.filter(({ inCycle }) => inCycle);
    expect(count(inCycles, 'poll-failed')).toBe(10);
    expect(count(inCycles, 'wake-vcpu')).toBe(10);
  });

  it('does not poll on a host with one CPU', () => {
    const facts = assuming({ cpus: 1, irqCpu: 0 });
    for (const path of [INTX_IRQFD, MSI_IRQFD, IRQFD]) {
      expect(simulate({ path, facts, settings: { haltPollUs: 10 } })).toMatchObject({ ok: false });
    }
  });
});
