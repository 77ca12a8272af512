import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import { bugsOf, simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const IOEVENTFD = 'virtio/notify-ioeventfd';
const START = { notifiers: 'start-up', notifierUs: 400, periodUs: 300 };
const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };

function factsOf(qemu: string, kernel: string): Facts {
  const host = { ...TEST_FACTS.host, qemu, kernel, cpus: 4, vendor: 'amd' as const };
  return { host, guest: { ...TEST_FACTS.guest, pvEoi: 'off' } };
}

function rowsOf(qemu: string, kernel: string, settings: PathSettings = {}): StepRow[] {
  const facts = factsOf(qemu, kernel);
  return [...simulatePath(IOEVENTFD, { ...START, ...STEADY, ...settings }, { interrupts: 3, facts }).steps];
}

/** The rows from the first of one label to the first of another after it. */
function between(rows: readonly StepRow[], first: string, last: string): StepRow[] {
  const from = rows.findIndex(({ label }) => label === first);
  const to = rows.findIndex(({ label }, i) => i >= from && label === last);
  expect([from >= 0, to >= from]).toEqual([true, true]);
  return rows.slice(from, to + 1);
}

const read = (name: string): string[] =>
  readFileSync(new URL(`../../fixtures/traces/notifiers/${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n');

const eventsOf = (rows: readonly StepRow[], prefix: string): string[] =>
  rows.flatMap(({ tracepoints }) =>
    tracepoints.filter((point) => point.startsWith(prefix)).map((point) => point.slice(prefix.length)),
  );

describe("QEMU's look at its start (trace X1-blk-ioeventfd-on)", () => {
  const rows = between(rowsOf('7.2', '6.12'), 'probe-ioeventfd', 'probe-done');

  it('assigns seven ioeventfds and takes them away, last first, as QEMU prints it', () => {
    const real = read('X1-probe.qemu').map((line) => line.replace(/^.*?:/, '').replace(/ fd: \d+/, ''));
    expect(real).toHaveLength(14);
    expect(eventsOf(rows, 'qemu:')).toEqual(real);
  });

  it('calls KVM as often, in one thread', () => {
    const real = read('X1-probe.ftrace');
    expect(new Set(real.map((line) => /^ *(\S+)-\d+ /.exec(line)?.[1]))).toEqual(
      new Set(['qemu-system-x86']),
    );
    expect(eventsOf(rows, 'syscalls:sys_enter_ioctl cmd=')).toEqual(real.map(() => 'KVM_IOEVENTFD'));
  });

  it('ends at the one that KVM refuses', () => {
    const six = between(rowsOf('0.14', '2.6.33'), 'probe-ioeventfd', 'probe-done');
    const calls = eventsOf(six, 'qemu:').map((event) =>
      /val=(\S+) assign: (\d)/.exec(event)?.slice(1).join(),
    );
    expect(calls.slice(0, 8)).toEqual([
      '0x0,1',
      '0x1,1',
      '0x2,1',
      '0x3,1',
      '0x4,1',
      '0x5,1',
      '0x6,1',
      '0x5,0',
    ]);
    expect(calls).toHaveLength(13);
  });
});

describe('what comes of it', () => {
  const labels = (...given: Parameters<typeof rowsOf>): string[] =>
    rowsOf(...given).map(({ label }) => label);
  const SYNC = 'write-notify-register';
  const BY_EVENTFD = 'ioeventfd-write';

  it.each<[string, string, PathSettings, { probes: boolean; way: string }]>([
    ['0.14', '2.6.33', {}, { probes: true, way: SYNC }],
    ['0.14', '2.6.34', {}, { probes: true, way: BY_EVENTFD }],
    ['0.14', '2.6.34', { busTaken: 199 }, { probes: true, way: BY_EVENTFD }],
    // There was room for many, but there is none any more: it falls back without a word, too.
    ['0.14', '2.6.34', { busTaken: 200 }, { probes: true, way: SYNC }],
    ['7.2', '6.12', { busTaken: 1000 }, { probes: true, way: BY_EVENTFD }],
    ['8.2', '6.12', {}, { probes: false, way: BY_EVENTFD }],
  ])('QEMU %s, Linux %s, %o', (qemu, kernel, settings, { probes, way }) => {
    const found = labels(qemu, kernel, settings);
    expect(found.includes('probe-ioeventfd')).toBe(probes);
    expect([SYNC, BY_EVENTFD].filter((label) => found.includes(label))).toEqual([way]);
  });

  it('QEMU of today aborts where KVM has no room', () => {
    const rows = rowsOf('10.1', '3.4', { busTaken: 200 });
    expect(rows.some(({ marks }) => marks.includes('qemu-aborted'))).toBe(true);
    expect(rows.some(({ label }) => label === 'add-request')).toBe(false);
  });

  it('the abort follows the versions', () => {
    const aborts = (qemu: string): boolean =>
      bugsOf(IOEVENTFD, {}, factsOf(qemu, '3.4')).has('full-bus-aborts');
    expect(['0.14', '1.0', '1.1', '10.1'].map(aborts)).toEqual([false, false, true, true]);
  });

  it('is not modelled where the device would lose its irqfd too', () => {
    expect(() => wire(IOEVENTFD, START, factsOf('7.2', '2.6.33'))).toThrow(/no irqfd either/);
  });
});

describe('a start of QEMU: all states seen, nothing lost', { timeout: 240_000 }, () => {
  const explored = (qemu: string, kernel: string, settings: PathSettings, bug?: string): Exploration => {
    const bugs = { all: false, ...(bug === undefined ? {} : { [bug]: true }) };
    const given = { notifiers: 'start-up', guest: 'busy', ...settings };
    const facts = factsOf(qemu, kernel);
    return unwrap(finish(explorePath({ path: IOEVENTFD, settings: given, facts, bugs })));
  };

  it.each<[string, string, PathSettings]>([
    ['0.14', '2.6.33', {}],
    ['0.14', '2.6.34', { busTaken: 200 }],
    ['7.2', '6.12', {}],
  ])('QEMU %s, Linux %s, %o', (qemu, kernel, settings) => {
    const result = explored(qemu, kernel, settings);
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(30_000);
    expect(result.violations).toEqual([]);
  });

  it('full-bus-aborts: the VM is gone when its driver is ready', () => {
    const { violations } = explored('10.1', '3.4', { busTaken: 200 }, 'full-bus-aborts');
    const aborted = violations.find(({ property }) => property === 'no-abort');
    expect(aborted?.prefix.at(-1)?.label).toBe('refused-ioeventfd');
    expect(aborted?.prefix.map(({ label }) => label)).toContain('driver-ok');
  });
});

describe('golden listings of a start', () => {
  const cases = [
    {
      name: 'start-up',
      rows: (): StepRow[] => between(rowsOf('7.2', '6.12'), 'probe-ioeventfd', 'notify-queue'),
    },
    {
      name: 'start-up-room-for-six',
      rows: (): StepRow[] => between(rowsOf('0.14', '2.6.33'), 'probe-ioeventfd', 'notify-queue'),
    },
    {
      name: 'start-up-full-2011',
      rows: (): StepRow[] =>
        between(rowsOf('0.14', '2.6.34', { busTaken: 200 }), 'driver-ok', 'notify-queue'),
    },
    {
      name: 'start-up-full',
      rows: (): StepRow[] =>
        between(rowsOf('10.1', '3.4', { busTaken: 200 }), 'set-status', 'refused-ioeventfd'),
    },
  ];
  it.each(cases)('$name', async ({ name, rows }) => {
    const base = `../../golden/virtio-notify-ioeventfd/notifiers-${name}`;
    await expect(`${fullText(rows())}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows())).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows())).toMatchFileSnapshot(`${base}.mmd`);
  });
});

describe('every step of a start matters', () => {
  everyStepMatters({
    path: IOEVENTFD,
    builtOn: IOEVENTFD,
    builtWith: { notifiers: 'status' },
    witnesses: [
      { settings: START, host: { qemu: '2.7', cpus: 4 } },
      { settings: START, host: { qemu: '0.14', kernel: '2.6.33', cpus: 4 } },
      { settings: { ...START, busTaken: 200 }, host: { qemu: '0.14', kernel: '2.6.34', cpus: 4 } },
    ],
    seenInStateOnly: [],
    neverTaken: [],
    alwaysOneWay: [],
  });
});
