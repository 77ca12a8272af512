import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';
import { expectRunInGraph } from '../../support/run-in-graph.ts';
import { simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const SYNC = 'virtio/notify-sync';
const IOEVENTFD = 'virtio/notify-ioeventfd';
const USERSPACE = 'virtio/call-userspace';
const INTX = 'virtio/call-intx';

const DEVICE = { device: 'virtio-serial' };
const CONTROL = { ...DEVICE, console: 'control' };
const PORT = { ...DEVICE, console: 'port' };
/** Ends every interrupt by an exit and never halts: the fewest states. */
const PLAIN = { ...DEVICE, guest: 'busy', pvEoi: 'off' };
const AMD: Partial<HostFacts> = { vendor: 'amd' };

describe('golden runs of a virtio console', () => {
  const cases: readonly GoldenCase[] = [
    { path: SYNC, name: 'console', settings: DEVICE },
    { path: IOEVENTFD, name: 'console', settings: DEVICE },
    { path: IOEVENTFD, name: 'console-control', settings: CONTROL },
    { path: IOEVENTFD, name: 'console-port', settings: PORT },
    { path: USERSPACE, name: 'console', settings: DEVICE },
    {
      path: USERSPACE,
      name: 'console-sync',
      settings: { ...DEVICE, kick: 'sync', queueDepth: 4 },
      host: AMD,
    },
    { path: INTX, name: 'console', settings: DEVICE },
  ];

  it.each(cases)('$path: $name', expectGolden);

  it('keep the text for mails inside 72 columns', () => {
    cases.forEach(expectNarrow);
  });
});

describe('a virtio console: all states seen, no notification lost', { timeout: 240_000 }, () => {
  const cases: readonly (readonly [string, PathSettings])[] = [
    [SYNC, DEVICE],
    [SYNC, { ...DEVICE, transport: 'legacy', eventIdx: 'off', call: 'intx' }],
    [IOEVENTFD, PLAIN],
    [IOEVENTFD, { ...PLAIN, eventIdx: 'off' }],
    [IOEVENTFD, { ...DEVICE, call: 'intx' }],
    [IOEVENTFD, CONTROL],
    [IOEVENTFD, { ...PORT, guest: 'busy', pvEoi: 'off' }],
    [SYNC, { ...PORT, queueDepth: 2 }],
    [USERSPACE, { ...PLAIN, kick: 'sync', queueDepth: 2 }],
    ...(process.env.IRQPATH_LONG === '1' ? [[USERSPACE, PLAIN] as const] : []),
    [INTX, { ...PLAIN, kick: 'sync' }],
  ];

  it.each(cases)('%s %o', (path, settings) => {
    const result = unwrap(finish(explorePath({ path, settings, facts: TEST_FACTS })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(100);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });

  it('every step of a jittered timed run is a transition of the successor relation', () => {
    const ways = fc.constantFrom(
      [SYNC, DEVICE] as const,
      [IOEVENTFD, DEVICE] as const,
      [IOEVENTFD, CONTROL] as const,
      [IOEVENTFD, { ...PORT, queueDepth: 2 }] as const,
      [USERSPACE, { ...DEVICE, queueDepth: 2 }] as const,
      [INTX, DEVICE] as const,
    );
    const workloads = fc.record({
      periodUs: fc.integer({ min: 1, max: 30 }),
      guest: fc.constantFrom('idle', 'busy'),
      eventIdx: fc.constantFrom('on', 'off'),
    });
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), ways, workloads, (seed, [path, way], workload) => {
        expectRunInGraph(wire(path, { ...workload, ...way }), seed);
      }),
      { numRuns: 10 },
    );
  });
});

describe('what a virtio console does', () => {
  const steady = { jitterPercent: 0, wakeJitterPercent: 0 };
  const labelsOf = (path: string, settings: PathSettings): string[] =>
    simulatePath(path, { ...steady, ...settings }, { interrupts: 5 }).steps.map(({ label }) => label);

  it('spins while the main loop has not taken what it writes, and not where the vCPU thread does', () => {
    expect(labelsOf(IOEVENTFD, DEVICE)).toContain('spin');
    expect(labelsOf(SYNC, DEVICE)).not.toContain('spin');
    expect(labelsOf(IOEVENTFD, PORT)).not.toContain('spin');
  });

  it('is interrupted for what it has taken back before, unless it was faster than the look at used_event', () => {
    expect(labelsOf(SYNC, DEVICE)).toContain('irq-none');
    const { steps } = simulatePath(IOEVENTFD, { ...steady, ...DEVICE }, { interrupts: 5 });
    const looks = steps.filter(({ label }) => label === 'should-notify');
    expect(looks.length).toBeGreaterThan(3);
    for (const { marks } of looks) expect(marks).toContain('call-suppressed');
    const slow = simulatePath(IOEVENTFD, { ...steady, ...DEVICE, eventIdx: 'off' }, { interrupts: 5 });
    expect(slow.steps.map(({ label }) => label)).toContain('irq-none');
    expect(labelsOf(IOEVENTFD, CONTROL)).not.toContain('irq-none');
  });

  it('takes back what a port has written when a program writes again, and is interrupted meanwhile', () => {
    const labels = labelsOf(IOEVENTFD, PORT);
    expect(labels).toContain('wake-writer');
    const [, second = 0] = labels.flatMap((label, i) => (label === 'add-buffer' ? [i] : []));
    expect(labels.slice(0, second).filter((label) => label === 'reclaim-buffer')).toHaveLength(3);
  });

  it('notifies of every buffer that it gives back, if the host has no other', () => {
    expect(labelsOf(USERSPACE, DEVICE)).toContain('notify');
    expect(labelsOf(USERSPACE, { ...DEVICE, queueDepth: 4 })).not.toContain('notify');
  });
});

describe('what of a virtio console is refused', () => {
  it.each([
    [SYNC, { arch: 'arm' }, /arch=x86 only/],
    [INTX, { kick: 'iothread' }, /has no iothread/],
    [IOEVENTFD, { notifiers: 'status' }, /notifiers/],
    [USERSPACE, { vectorChange: 'mask' }, /vectorChange=none only/],
    [SYNC, { ring: 'packed' }, /modelled for virtio-blk/],
  ])('%s %o', (path, settings, reason) => {
    expect(() => wire(path, { ...DEVICE, ...settings })).toThrow(reason);
  });
});
