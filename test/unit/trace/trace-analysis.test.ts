import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceAnalysis } from '../../../src/trace/trace-analysis.ts';
import { UNCLEAR } from '../../../src/trace/trace-report.ts';
import { KNOWN, PLATFORM_IRQFD, PLATFORM_USERSPACE } from '../../support/known-traces.ts';
import { analyse, pathsOf, traceFixture } from '../../support/trace-fixtures.ts';

describe('the path of every source of a real trace', () => {
  it.each(Object.entries(KNOWN))('%s', (file, paths) => {
    const report = analyse(traceFixture(file));
    expect([...new Set(report.sources.map(({ path }) => path))]).toEqual(paths);
    expect(report.unparsed).toEqual([]);
    for (const { confidence, why, cycles } of report.sources) {
      expect(confidence).toBeGreaterThan(0.5);
      expect(cycles).toBeGreaterThan(0);
      for (const reason of why) expect(reason).toMatch(/^line \d+: \w/);
    }
  });

  it('every line that is given as a reason is about it', () => {
    const file = 'X4a-cycle-2.ftrace.txt';
    const lines = traceFixture(file).split('\n');
    const [source] = analyse(traceFixture(file)).sources;
    const reasons = (source?.why ?? []).map((reason) => lines[Number(/^line (\d+)/.exec(reason)?.[1]) - 1]);
    expect(reasons).toEqual([
      expect.stringContaining('irq_handler_entry: irq=20 name=vfio-intx(0000:00:10.0)'),
      expect.stringMatching(/kworker.*kvm_set_irq: gsi 21 level 1 source 1/),
      expect.stringMatching(/CPU 0\/KVM.*kvm_set_irq: gsi 21 level 0 source 1/),
    ]);
  });
});

/** What QEMU's log alone shows of the same runs. */
const LOGGED: Readonly<Record<string, readonly string[]>> = {
  'X4a-vfio-e1000-intx-irqfd': ['vfio-pci/intx-irqfd'],
  'X4b-vfio-e1000-intx-nokvm-1100': ['vfio-pci/intx-userspace'],
  'X4e-vfio-e1000e-msix-irqfd': ['vfio-pci/msi-irqfd'],
  'X4f-vfio-ahci-msi-irqfd': ['vfio-pci/msi-irqfd'],
  'X4g-vfio-e1000e-msix-nokvm': ['vfio-pci/msi-userspace'],
  'X5-split-vfio-e1000-intx': ['vfio-pci/intx-split'],
  'P1-gicv2-irqfd-on-readfirst': PLATFORM_IRQFD,
  'P2-gicv2-irqfd-off-t1100-readfirst': PLATFORM_USERSPACE,
  'C1-gicv2-two-irqs-irqfd-off-t1100-readfirst': PLATFORM_USERSPACE,
  'X1-blk-ioeventfd-on': ['virtio/notify-ioeventfd', 'virtio/call-irqfd'],
  'X1-blk-ioeventfd-off': ['virtio/notify-sync', 'virtio/call-userspace'],
  'X1-blk-vectors0-intx': ['virtio/notify-ioeventfd', 'virtio/call-intx'],
  'X2-blk-iothread': ['virtio/notify-iothread', 'virtio/call-irqfd'],
  'A1-gicv2-blk-mmio-ioeventfd-off': ['virtio/notify-sync', 'virtio/call-intx'],
};

/** A trace of the kernel's own trace points alone: no functions, no probes, no system calls. */
function tracePointsOnly(text: string): string {
  return text
    .split('\n')
    .filter((line) => / \d+\.\d{6}: (?:kvm|vgic|irq_handler|vcpu)_\w+: /.test(line))
    .filter((line) => !/: kvm_(?:irqfd|ioeventfd)_args: /.test(line))
    .join('\n');
}

describe('trace points alone are enough for what VFIO handles', () => {
  const files = Object.entries(KNOWN).filter(
    ([file, [path]]) => path?.startsWith('vfio') && !file.startsWith('sources/'),
  );

  it.each(files)('%s', (file, paths) => {
    const text = tracePointsOnly(traceFixture(file));
    expect(text).not.toMatch(/<-|sys_/);
    expect([...new Set(analyse(text).sources.map(({ path }) => path))]).toEqual(paths);
  });

  it('an MSI through an ITS takes a function, and without it nothing is guessed', () => {
    const file = 'sources/A2-gicv3-vfio-e1000e-msix-irqfd.ftrace.txt';
    const { sources } = analyse(tracePointsOnly(traceFixture(file)));
    expect(sources.map(({ path }) => path)).toEqual([UNCLEAR, UNCLEAR]);
    expect(sources[0]?.why.join()).toContain('vgic_its_inject_cached_translation');
  });
});

describe("QEMU's log alone", () => {
  it.each(Object.entries(LOGGED))('%s', (file, paths) => {
    const report = analyse(traceFixture(`sources/${file}.qemu.log`));
    expect(report.format).toBe('qemu-log');
    expect([...new Set(report.sources.map(({ path }) => path))]).toEqual(paths);
    expect(report.unparsed).toEqual([]);
    expect(report.warnings).toEqual([expect.stringContaining('only how they were set up')]);
  });

  it('of what does not pass through QEMU it has no interrupts, and says less surely what it is', () => {
    const [irqfd] = analyse(traceFixture('sources/P1-gicv2-irqfd-on-readfirst.qemu.log')).sources;
    const [userspace] = analyse(traceFixture('sources/P2-gicv2-irqfd-off-t1100-readfirst.qemu.log')).sources;
    expect(irqfd).toMatchObject({ cycles: 0, confidence: 0.6, exitsPerCycle: null });
    expect(userspace).toMatchObject({ cycles: 10, latencyNs: null });
  });

  it('names vhost, which takes the queues away from it', () => {
    expect(pathsOf(analyse(traceFixture('sources/X3-net-vhost-on.qemu.log')))).toContain(
      'virtio-net (vhost 0x56222eb063e0) virtio/notify-vhost',
    );
  });
});

describe('two paths in one file', () => {
  it('two devices: both are named', () => {
    const both = traceFixture('X4a-cycle-2.ftrace.txt') + traceFixture('X4e-cycle-two-in-one.ftrace.txt');
    expect(pathsOf(analyse(both))).toEqual([
      'vfio-intx(0000:00:10.0) vfio-pci/intx-irqfd',
      'vfio-msix[0](0000:00:11.0) vfio-pci/msi-irqfd',
    ]);
  });

  it('one device that changes its path: both are named', () => {
    const both = traceFixture('X4a-cycle-2.ftrace.txt') + traceFixture('X4b-cycle-clean.ftrace.txt');
    expect(pathsOf(analyse(both))).toEqual([
      'vfio-intx(0000:00:10.0) vfio-pci/intx-irqfd',
      'vfio-intx(0000:00:10.0) vfio-pci/intx-userspace',
    ]);
  });

  it('two lines of one device are told apart', () => {
    const report = analyse(traceFixture('runs/C2-gicv2-two-irqs-irqfd-on-readfirst.ftrace.txt'));
    expect(report.sources.map(({ key, cycles }) => [key, cycles])).toEqual([
      ['vfio-irq[26](9010000.pl031)', 10],
      ['vfio-irq[27](9010000.pl031)', 10],
    ]);
  });
});

describe('nothing is guessed', () => {
  it('a handler that nobody is seen to answer is unclear', () => {
    const text = traceFixture('X4a-cycle-2.ftrace.txt')
      .split('\n')
      .filter((line) => /irq_handler|kvm_entry|kvm_exit/.test(line))
      .join('\n');
    const [source] = analyse(text).sources;
    expect(source).toMatchObject({ path: UNCLEAR, confidence: 0 });
    expect(source?.why.join()).toContain('nothing behind it shows who told the guest');
  });

  it('a console and a timer are attributed to nothing', () => {
    const serial = analyse(traceFixture('samples/T04-qemu-uart-thri-off.ftrace.txt'));
    expect(serial.sources).toEqual([]);
    expect(serial.background).toMatchObject([{ key: 'gsi 4', by: ['vCPU thread'] }]);
    const timer = analyse(traceFixture('samples/T06-windows2012-pit-hang.ftrace.txt'));
    expect(timer.sources).toEqual([]);
    expect(timer.background).toMatchObject([{ key: 'gsi 0', count: 2 }]);
    const busy = analyse(traceFixture('sources/X1-blk-vectors0-intx.ftrace.txt'));
    expect(busy.background.map(({ key }) => key)).toEqual(['gsi 10']);
  });

  it.each(['T10-proxmox-usb-unplug', 'T12-virtio-gpu-fuzz'])(
    '%s begins too late to say who does what',
    (name) => {
      const { sources } = analyse(traceFixture(`samples/${name}.qemulog.txt`));
      expect(sources.length).toBeGreaterThan(0);
      for (const { path } of sources) expect(path).toBe(UNCLEAR);
    },
  );

  it('a trace that shows no source says so', () => {
    const { sources, warnings } = analyse(traceFixture('samples/T14-win7-intx-ioapic-trace_pipe.ftrace.txt'));
    expect(sources).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('no interrupt source was found')]);
  });

  it('lines that no kernel prints are flagged, and nothing rests on them', () => {
    const report = analyse(traceFixture('samples/invented-N02.txt'));
    expect(report.warnings[0]).toContain('this is no genuine trace, or it was edited');
    expect(report.formatCheck).toMatchObject({ checked: 4, foreign: 3 });
    const forged = traceFixture('X4a-cycle-2.ftrace.txt')
      .replaceAll(/kvm_entry: vcpu 0,/g, 'kvm_entry: vcpu 0')
      .replaceAll('info1', 'info');
    expect(analyse(forged).sources).toMatchObject([{ path: UNCLEAR, confidence: 0 }]);
  });

  it.each(Object.keys(KNOWN))('%s has no line that no kernel prints', (file) => {
    expect(analyse(traceFixture(file)).formatCheck.examples).toEqual([]);
  });
});

describe('any input', () => {
  it('it does not matter where the text is cut', () => {
    const text = traceFixture('X4b-cycle-clean.ftrace.txt');
    const whole = analyse(text);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const analysis = new TraceAnalysis();
        places.slice(1).forEach((to, i) => {
          analysis.push(text.slice(places[i], to));
        });
        expect(analysis.end()).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('damaged lines are counted, and nothing throws', () => {
    const text =
      traceFixture('sources/X3-net-vhost-on.ftrace.txt') + traceFixture('sources/X2-blk-iothread.qemu.log');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(text.length), fc.nat(40), fc.string()), { maxLength: 30 }),
        (edits) => {
          let damaged = text;
          for (const [at, length, insert] of edits) {
            damaged = damaged.slice(0, at) + insert + damaged.slice(at + length);
          }
          const { lines, events, unparsedCount, unparsed } = analyse(damaged);
          expect(events + unparsedCount).toBeLessThanOrEqual(lines);
          expect(unparsed.length).toBeLessThanOrEqual(20);
        },
      ),
      { numRuns: 50 },
    );
  });
});
