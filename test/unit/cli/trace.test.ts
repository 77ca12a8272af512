import { beforeAll, describe, expect, it } from 'vitest';
import { mermaidParser } from '../../support/mermaid.ts';
import { traceFixture } from '../../support/trace-fixtures.ts';
import { irqpath, irqpathJson } from './irqpath.ts';

const INTX = traceFixture('X4a-cycle-2.ftrace.txt');
const TWO_LINES = traceFixture('runs/C2-gicv2-two-irqs-irqfd-on-readfirst.ftrace.txt');
const PLATFORM = traceFixture('runs/P1-gicv2-irqfd-on-readfirst.ftrace.txt');
const BLOCK = traceFixture('sources/X2-blk-iothread.ftrace.txt');
const FILES = { 'intx.txt': INTX, 'two.txt': TWO_LINES, 'p1.txt': PLATFORM, 'blk.txt': BLOCK };

describe('irqpath trace', () => {
  it('says in words which path each source takes, and why', async () => {
    const { status, out, err } = await irqpath(['trace', 'intx.txt'], FILES);
    expect(status).toBe(0);
    expect(err).toBe('');
    expect(out).toContain('intx.txt: ftrace, 55 lines, 55 events');
    expect(out).toContain('vfio-intx(0000:00:10.0): vfio-pci/intx-irqfd (interrupt)');
    expect(out).toContain('1 cycle · confidence 0.8 · 2 exits each');
    expect(out).toMatch(/line \d+: kvm_set_irq gsi 21 in a kworker: irqfd_inject/);
    expect(out).toMatch(/shape 1, 1 × hard IRQ: irq_handler_entry, irq_handler_exit; /);
  });

  it('as JSON has the fields of docs/json.md', async () => {
    expect(await irqpathJson(['trace', 'blk.txt'], FILES)).toMatchObject({
      file: 'blk.txt',
      format: 'ftrace',
      lines: 467,
      unparsed: [],
      sources: [
        {
          key: 'doorbell 0xfebfb000',
          leg: 'kick',
          path: 'virtio/notify-iothread',
          cycles: 6,
          confidence: 0.96,
          why: [expect.stringMatching(/^line \d+: .*IOThread.* \(6 of 6\)$/)],
          shapes: [{ count: 6, labels: expect.arrayContaining(['vCPU 0: kvm_mmio write']) as string[] }],
          exitsPerCycle: 1,
          latencyNs: null,
        },
        {
          key: 'vector 37 of APIC 0',
          leg: 'call',
          path: 'virtio/call-irqfd',
          latencyNs: { min: expect.any(Number) as number },
        },
      ],
    });
  });

  it('--source shows one of them', async () => {
    const { out } = await irqpath(['trace', 'two.txt', '--source', 'vfio-irq[27]'], FILES);
    expect(out).toContain('vfio-irq[27](9010000.pl031): vfio-platform/irqfd');
    expect(out).not.toContain('vfio-irq[26]');
    const { status, err } = await irqpath(['trace', 'two.txt', '--source', 'nvme'], FILES);
    expect(status).toBe(2);
    expect(err).toContain("'nvme' is not in the trace; there is vfio-irq[26](9010000.pl031), vfio-irq[27]");
  });

  it('--from and --to take a part of it', async () => {
    const lines = PLATFORM.split('\n');
    const second = lines.findIndex((line, i) => i > 60 && line.includes('vfio-irq[26]')) + 1;
    const cut = (await irqpathJson(
      ['trace', 'p1.txt', '--from', '1', '--to', String(second - 1)],
      FILES,
    )) as {
      sources: { cycles: number }[];
    };
    expect(cut.sources).toMatchObject([{ cycles: 1 }]);
  });

  it('lists lines that it cannot read, and does not let them steer the terminal', async () => {
    const { status, out } = await irqpath(['trace', 't'], { t: `${INTX}\u001b[2J what is this\n` });
    expect(status).toBe(0);
    expect(out).toContain('1 lines could not be read');
    expect(out).toContain('·[2J what is this');
    expect(out).not.toContain('\u001b');
  });
});

describe('what is no trace', () => {
  it.each([
    ['an empty file', '', 'is empty'],
    ['prose', 'Dear all,\nthe interrupt is lost.\n', 'has no event in 2 lines'],
    ['a binary file of trace-cmd', '\u0017\u0008Dtracing6\0', 'trace-cmd report -i FILE'],
    ['a binary file of perf', 'PERFILE2\0\0', 'perf script -i FILE'],
    ['any other binary file', '\u007fELF\0\0', 'is binary'],
    ['perf kvm stat', traceFixture('samples/T07-windows2012-pit-hang.perfkvmstat.txt'), 'counts of exits'],
    ['perf kvm stat live', traceFixture('samples/T13-pvm-perfkvmstat-live.txt'), 'counts of exits'],
  ])('%s: status 2, and why', async (_what, text, message) => {
    const { status, out, err } = await irqpath(['trace', 't'], { t: text });
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^t:1:1: /);
    expect(err).toContain(message);
  });

  it.each([
    [[], 'expected a FILE'],
    [['t', '--format', 'svg'], "'svg' is no format; expected text, mermaid, json, perfetto"],
    [['t', '--set', 'lines=2'], '--set needs --conform'],
    [['t', '--conform', 'vfio-platform/irqfd', '--format', 'mermaid'], 'answers in text or json'],
    [['t', '--from', '9', '--to', '8'], 'no whole number from 9 on'],
    [['nothing'], 'no such file'],
  ])('%j: status 2', async (args, message) => {
    const { status, err } = await irqpath(['trace', ...args], { t: INTX });
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe('--format mermaid', () => {
  let parse: (text: string) => Promise<unknown>;
  beforeAll(async () => {
    parse = await mermaidParser();
  }, 60_000);

  it.each([
    'X4a-cycle-2.ftrace.txt',
    'X4b-cycle-stormy.ftrace.txt',
    'X5-off-cycle-2.ftrace.txt',
    'A3-cycle-stormy.ftrace.txt',
    'runs/P2-gicv2-irqfd-off-t1100-readfirst.ftrace.txt',
    'runs/C1-gicv2-two-irqs-irqfd-off-t1100-readfirst.ftrace.txt',
    'sources/X1-blk-vectors0-intx.ftrace.txt',
    'sources/X3-net-vhost-on.ftrace.txt',
    'sources/X4b-vfio-e1000-intx-nokvm-1100.qemu.log',
    'samples/T01-rustvmm-serial-irqfd-noapic.perfscript.txt',
  ])('every shape of %s is a diagram', async (file) => {
    const files = { t: traceFixture(file) };
    const { sources } = (await irqpathJson(['trace', 't'], files)) as {
      sources: { key: string; path: string; shapes: unknown[] }[];
    };
    for (const { key, shapes } of sources) {
      for (const shape of shapes.keys()) {
        const args = ['trace', 't', '--format', 'mermaid', '--source', key, '--shape', String(shape + 1)];
        const { status, out } = await irqpath(args, files);
        expect(status).toBe(0);
        await expect(parse(out)).resolves.toBeTruthy();
        expect(out.match(/activate p/g)?.length).toBeGreaterThan(0);
        expect(out.split('\n').length).toBeLessThan(1000);
      }
    }
  });

  it('shows who does what, in the order of the trace', async () => {
    const { out } = await irqpath(['trace', 'intx.txt', '--format', 'mermaid'], FILES);
    const messages = [...out.matchAll(/^ {2}(p\d[^:]*): (.*)$/gm)].map(
      ([, arrow, text]) => `${arrow} ${text}`,
    );
    const kicked = messages.findIndex((message) => message.includes('kvm_set_irq level 1'));
    expect(messages[0]).toContain('irq_handler_entry');
    expect(messages[kicked]).toMatch(/^p0-\)p1/);
    expect(messages.at(-1)).toContain('kvm_entry');
    expect(out).toContain('as kworker');
    expect(out).toContain('Note over p2: VM exit · msr');
  });

  it('a shape that is not there is refused', async () => {
    const { status, err } = await irqpath(
      ['trace', 'intx.txt', '--format', 'mermaid', '--shape', '9'],
      FILES,
    );
    expect(status).toBe(2);
    expect(err).toContain('there is no shape 9; vfio-intx(0000:00:10.0) has 1');
  });
});

describe('--format perfetto', () => {
  interface Record {
    readonly ph: string;
    readonly name?: string;
    readonly pid: number;
    readonly tid?: number;
    readonly ts?: number;
  }

  it.each(['blk.txt', 'two.txt'])(
    '%s: slices that begin end, on the track where they began',
    async (file) => {
      const { status, out } = await irqpath(['trace', file, '--format', 'perfetto'], FILES);
      expect(status).toBe(0);
      const { traceEvents } = JSON.parse(out) as { traceEvents: Record[] };
      const open = new Map<string, number>();
      let last = 0;
      for (const { ph, pid, tid, ts } of traceEvents) {
        if (ph === 'M') continue;
        const track = `${pid}:${String(tid)}`;
        if (ph === 'B') open.set(track, (open.get(track) ?? 0) + 1);
        if (ph === 'E') open.set(track, (open.get(track) ?? 0) - 1);
        expect(open.get(track) ?? 0).toBeGreaterThanOrEqual(0);
        expect(ts).toBeGreaterThanOrEqual(last);
        last = ts ?? 0;
      }
      expect([...open.values()].filter((depth) => depth !== 0)).toEqual([]);
      expect(traceEvents.filter(({ name }) => name === 'guest').length).toBeGreaterThan(5);
    },
  );
});

describe('--conform', () => {
  // What took the shell's own lines out of the captured runs took some of these as well.
  const HOST = ['--host', 'qemu=7.2', '--incomplete', 'irq:irq_handler_exit'];

  it('a run of the model: status 0, and what was ignored and covered', async () => {
    const args = ['trace', 'p1.txt', '--conform', 'vfio-platform/irqfd', ...HOST];
    const { status, out } = await irqpath(args, FILES);
    expect(out).toMatch(/is a run of the model of vfio-platform\/irqfd: \d+ events in \d+ cycles/);
    expect(out).toContain('ignored: ');
    expect(out).toMatch(/\d+ steps of the model taken: /);
    expect(out).toMatch(/\d+ never: /);
    expect(status).toBe(0);
  }, 60_000);

  it('no run of it: status 1, with the line and what was allowed there', async () => {
    const args = ['trace', 'p1.txt', '--conform', 'vfio-platform/userspace', ...HOST];
    const { status, out } = await irqpath(args, FILES);
    expect(status).toBe(1);
    expect(out).toMatch(/line \d+: function:irqfd_wakeup, in hard IRQ; the \d+ events before it are a run/);
    expect(out).toContain('the model could print there');
    const json = await irqpath([...args, '--json'], FILES);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      file: 'p1.txt',
      verdict: 'refused',
      refusal: { line: expect.any(Number) as number },
    });
  }, 60_000);

  it.each([
    [['--conform', 'vfio-platform/nothing'], 'no path "vfio-platform/nothing" is built'],
    [['--conform', 'vfio-platform/irqfd', '--set', 'lines=many'], 'lines'],
    [
      ['--conform', 'vfio-platform/irqfd', '--source', 'vfio-irq[99]'],
      "'vfio-irq[99]' is no interrupt of a device",
    ],
  ])('%j: status 2', async (args, message) => {
    const { status, err } = await irqpath(['trace', 'p1.txt', ...args], FILES);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});
