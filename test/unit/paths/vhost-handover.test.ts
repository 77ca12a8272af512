import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import { simulatePath, wire } from '../../support/runs.ts';

const VHOST = 'virtio/notify-vhost';
const NET = { device: 'virtio-net', jitterPercent: 0, wakeJitterPercent: 0 };

function rowsOf(settings: PathSettings, qemu = '7.2'): StepRow[] {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, vendor: 'amd' as const, qemu, cpus: 4 } };
  return [...simulatePath(VHOST, { ...NET, ...settings }, { interrupts: 4, facts }).steps];
}

/** The rows from the first of one label to the first of another after it. */
function between(rows: readonly StepRow[], first: string, last: string): StepRow[] {
  const from = rows.findIndex(({ label }) => label === first);
  const to = rows.findIndex(({ label }, i) => i >= from && label === last);
  expect([from >= 0, to >= from]).toEqual([true, true]);
  return rows.slice(from, to + 1);
}

const startRows = (): StepRow[] =>
  between(rowsOf({ notifiers: 'status', notifierUs: 100, periodUs: 300 }), 'driver-ok', 'set-backend');
const STOP = { notifiers: 'vm-stop', notifierUs: 650, periodUs: 300 };
const stopRows = (): StepRow[] => between(rowsOf(STOP), 'status-on-stop', 'vm-stopped');

/** Lines of a trace. */
const read = (name: string): string[] =>
  readFileSync(new URL(`../../fixtures/traces/notifiers/${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n');

describe('vhost of a real network card starts and stops (trace X3-net-vhost-on)', () => {
  /** Of the two queues the model has the one that sends: queue 1, whose guest notifier has interrupt 24. */
  const isOfOther = (line: string): boolean =>
    / virq=?\s?2$|vector 1 |fd: 20 |fd=(18|20) | n 0 /.test(line) || line.includes('kvm_x86_');

  it("prints what QEMU's trace has, in that order", () => {
    const lines = read('X3-vhost-on.qemu').map((line) => /^(\d+)@[\d.]+:(.*)$/.exec(line));
    const vcpu = lines[0]?.[1];
    const real: string[] = [];
    let commits = true;
    for (const line of lines) {
      const event = (line?.[2] ?? '').replace(/ (vdev|vq) 0x[0-9a-f]+(?= )/, '').trim();
      if (isOfOther(event)) commits = event.includes('kvm_x86_') ? commits : false;
      else if (event !== 'kvm_irqchip_commit_routes' || commits) {
        commits = true;
        const text = event
          .replace(/ vq 0x[0-9a-f]+| fd: \d+| 0x[0-9a-f]+:/g, (found) => (found.endsWith(':') ? ' ' : ''))
          // The card's ports lie elsewhere than those of the disk in traces X1.
          .replace('@0xc050', '@0xc010');
        real.push(`${line?.[1] === vcpu ? 'vCPU 0' : 'main loop'} ${text}`);
      }
    }
    const model = [...startRows(), ...stopRows()].flatMap(({ process, tracepoints }) =>
      tracepoints.filter((point) => point.startsWith('qemu:')).map((point) => `${process} ${point.slice(5)}`),
    );
    expect(model).toEqual(real);
    expect(model.length).toBe(14);
  });

  it('calls KVM for irqfd and ioeventfd in the same threads, in that order', () => {
    const real = read('X3-vhost-on.ftrace')
      .filter((line) => !isOfOther(line))
      .map((line) => {
        const thread = line.includes('CPU 0/KVM') ? 'vCPU 0' : 'main loop';
        return `${thread} ${line.includes('kvm_irqfd_args') ? 'KVM_IRQFD' : 'KVM_IOEVENTFD'}`;
      });
    const model = [...startRows(), ...stopRows()].flatMap(({ process, tracepoints }) =>
      tracepoints
        .filter((point) => /cmd=KVM_(IRQFD|IOEVENTFD)$/.test(point))
        .map((point) => `${process} ${point.replace('syscalls:sys_enter_ioctl cmd=', '')}`),
    );
    expect(real).toHaveLength(6);
    expect(model).toEqual(real);
  });
});

describe('the control queue of a real network card (traces X3)', () => {
  const events = (name: string): { thread: string; event: string }[] =>
    read(name).map((line) => {
      const [, thread = '', event = ''] = /^(\d+)@[\d.]+:(\w+)/.exec(line) ?? [];
      return { thread, event };
    });

  it('has an ioeventfd without vhost, and none with it', () => {
    expect(read('X3-control-vhost-off.qemu').filter((line) => line.includes('val=0x2'))).toHaveLength(1);
    expect(read('X3-control-vhost-on.qemu').filter((line) => line.includes('val=0x2'))).toHaveLength(0);
  });

  it('is notified in the main loop, or in the thread that has written the status', () => {
    for (const [name, isSame] of [
      ['X3-control-vhost-off.qemu', false],
      ['X3-control-vhost-on.qemu', true],
    ] as const) {
      const found = events(name);
      const vcpu = found.find(({ event }) => event === 'kvm_set_ioeventfd_mmio')?.thread;
      const notified = found.filter(({ event }) => event === 'virtio_queue_notify');
      expect(notified).toHaveLength(3);
      expect(notified.every(({ thread }) => thread === vcpu)).toBe(isSame);
    }
  });
});

describe('golden listings of vhost that gives its notifier back and takes it', () => {
  const LINK = { notifiers: 'link', notifierUs: 650, periodUs: 300 };
  const goldens = [
    { name: 'link-7.2', rows: (): StepRow[] => between(rowsOf(LINK), 'set-link', 'unlock-vq') },
    { name: 'link', rows: (): StepRow[] => between(rowsOf(LINK, '10.1'), 'set-link', 'unlock-vq') },
    { name: 'vm-stop', rows: (): StepRow[] => between(rowsOf(STOP), 'vm-stop-or-start', 'unlock-vq') },
    {
      name: 'migration',
      rows: (): StepRow[] =>
        between(rowsOf({ ...STOP, notifiers: 'migration' }, '10.1'), 'vm-stop-or-start', 'unlock-vq'),
    },
  ];
  it.each(goldens)('$name', async ({ name, rows }) => {
    const base = `../../golden/virtio-notify-vhost/notifiers-${name}`;
    await expect(`${fullText(rows())}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows())).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows())).toMatchFileSnapshot(`${base}.mmd`);
  });
});

describe('a network card whose vhost never stops', () => {
  it('has nothing of this in its machine', () => {
    const { model } = wire(VHOST, { device: 'virtio-net' });
    const names = [...model.fields, ...model.processes].map(({ name }) => name);
    for (const name of ['ioeventfd', 'vhost backend', 'management', 'main loop'])
      expect(names).not.toContain(name);
  });
});
