import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import { count, simulatePath, wire } from '../../support/runs.ts';

const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
const STEADY = { jitterPercent: 0, wakeJitterPercent: 0 };
const HOST = { ...TEST_FACTS.host, vendor: 'amd', qemu: '7.2', cpus: 4 } as const;

function rowsOf(path: string, settings: PathSettings): StepRow[] {
  const facts = { ...TEST_FACTS, host: HOST };
  return [...simulatePath(path, { ...STEADY, ...settings }, { interrupts: 4, facts }).steps];
}

/** The rows from the first of one label to the first of another after it. */
function between(rows: readonly StepRow[], first: string, last: string): StepRow[] {
  const from = rows.findIndex(({ label }) => label === first);
  const to = rows.findIndex(({ label }, i) => i >= from && label === last);
  expect([from >= 0, to >= from]).toEqual([true, true]);
  return rows.slice(from, to + 1);
}

const START = { notifiers: 'status', notifierUs: 100, periodUs: 300 };
const STOP = { notifiers: 'vm-stop', notifierUs: 650, periodUs: 300 };

function startRows(path: string): StepRow[] {
  return between(rowsOf(path, START), 'driver-ok', 'notify-queue');
}

function stopRows(path: string): StepRow[] {
  return between(rowsOf(path, STOP), 'stop-data-plane', 'status-on-stop');
}

describe('the notifiers of a real disk start and stop', () => {
  const cases = [
    { file: 'X1-ioeventfd-on', path: IOEVENTFD, loop: 'main loop' },
    { file: 'X2-iothread', path: IOTHREAD, loop: 'IO iothread0' },
  ];
  const read = (name: string): string[] =>
    readFileSync(new URL(`../../fixtures/traces/notifiers/${name}.txt`, import.meta.url), 'utf8')
      .trim()
      .split('\n');

  /** Who does what, without pointers, descriptors and what QEMU says twice. */
  const realEvents = (file: string, loop: string): string[] => {
    const lines = read(`${file}.qemu`).map((line) => /^(\d+)@[\d.]+:(.*)$/.exec(line));
    const vcpu = lines[0]?.[1];
    const first = lines.findIndex((line) => line?.[2]?.startsWith('virtio_queue_notify') === true);
    return lines
      .map((line, i) => {
        const own = i === first ? loop : line?.[1] === vcpu ? 'vCPU 0' : 'main loop';
        return `${own} ${(line?.[2] ?? '').replaceAll(/ (vdev|vq|dataplane) 0x[0-9a-f]+| fd: \d+/g, '').trim()}`;
      })
      .filter((event) => !event.includes('kvm_x86_'));
  };
  const modelEvents = (rows: readonly StepRow[]): string[] =>
    rows.flatMap(({ process, tracepoints }) =>
      tracepoints.filter((point) => point.startsWith('qemu:')).map((point) => `${process} ${point.slice(5)}`),
    );

  it.each(cases)("$file: as in QEMU's trace", ({ file, path, loop }) => {
    const model = modelEvents([...startRows(path), ...stopRows(path)]);
    expect(model).toEqual(realEvents(file, loop));
    expect(model.length).toBeGreaterThan(12);
  });

  it.each(cases)('$file: with the same ioctls in the same threads', ({ file, path }) => {
    const names: Readonly<Record<string, string>> = {
      '4008ae6a': 'KVM_SET_GSI_ROUTING',
      '4020ae76': 'KVM_IRQFD',
      '4040ae79': 'KVM_IOEVENTFD',
    };
    const real = read(`${file}.ftrace`).map((line) => {
      const [, task = '', cmd = ''] = /^ *(.*)-\d+ .* cmd: (\w+),/.exec(line) ?? [];
      return `${task.startsWith('CPU 0/KVM') ? 'vCPU 0' : 'main loop'} ${names[cmd] ?? cmd}`;
    });
    const model = [...startRows(path), ...stopRows(path)].flatMap(({ process, tracepoints }) =>
      tracepoints
        .filter((point) => point.startsWith('syscalls:sys_enter_ioctl cmd=') && !point.endsWith('KVM_RUN'))
        .map((point) => `${process} ${point.replace('syscalls:sys_enter_ioctl cmd=', '')}`),
    );
    expect(real).toHaveLength(8);
    expect(model).toEqual(real);
  });
});

describe('golden listings of notifiers', () => {
  const goldens = [
    { name: 'start', path: IOEVENTFD, rows: (): StepRow[] => startRows(IOEVENTFD) },
    {
      name: 'vm-stop',
      path: IOTHREAD,
      rows: (): StepRow[] => between(rowsOf(IOTHREAD, STOP), 'vm-stop-or-start', 'resume-vcpus'),
    },
    {
      name: 'block-drain',
      path: IOTHREAD,
      rows: (): StepRow[] =>
        between(rowsOf(IOTHREAD, { ...STOP, notifiers: 'block-drain' }), 'begin-drain', 'notify-queue'),
    },
    {
      name: 'early-kick',
      path: IOEVENTFD,
      rows: (): StepRow[] =>
        between(
          rowsOf(IOEVENTFD, { notifiers: 'early-kick', notifierUs: 500, periodUs: 300 }),
          'add-request',
          'submit-requests',
        ),
    },
  ];
  it.each(goldens)('$path: $name', async ({ name, path, rows }) => {
    const base = `../../golden/${path.replace('/', '-')}/notifiers-${name}`;
    await expect(`${fullText(rows())}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows())).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows())).toMatchFileSnapshot(`${base}.mmd`);
  });
});

describe('what a change costs', () => {
  it.each([IOEVENTFD, IOTHREAD])('%s: a start looks at the queue once for nothing', (path) => {
    const polling = path === IOTHREAD ? { pollMaxNs: 0 } : {};
    const rows = rowsOf(path, { ...START, periodUs: 4500, notifierUs: 1000, ...polling }).filter(
      ({ label }) => ['attach-host-notifier', 'notify-queue', 'add-request'].includes(label),
    );
    const first = rows.findIndex(({ label }) => label === 'add-request');
    const labels = rows.slice(0, first).map(({ label }) => label);
    expect(count(rows, 'attach-host-notifier')).toBeGreaterThan(1);
    expect(labels.join().replace(/,attach-host-notifier$/, '')).toMatch(
      /^(attach-host-notifier,notify-queue,?)+$/,
    );
  });

  it('adds nothing to the machine while nothing changes', () => {
    for (const path of [IOEVENTFD, IOTHREAD]) {
      const { model } = wire(path);
      const names = [...model.fields, ...model.processes].map(({ name }) => name);
      expect(names).not.toContain('ioeventfd');
      expect(names).not.toContain('management');
    }
  });
});
