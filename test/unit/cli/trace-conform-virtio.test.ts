import { describe, expect, it } from 'vitest';
import { traceFixture } from '../../support/trace-fixtures.ts';
import { irqpath } from './irqpath.ts';

const LINE = { 't.txt': traceFixture('runs/X1-blk-vectors0-intx.ftrace.txt') };
const OFF = { 't.txt': traceFixture('runs/X1-blk-ioeventfd-off.ftrace.txt') };

describe('--conform with a virtio disk', () => {
  it.each([
    [LINE, 'virtio/notify-ioeventfd', ['--set', 'call=intx']],
    [LINE, 'virtio/call-intx', []],
    [OFF, 'virtio/notify-sync', []],
    [OFF, 'virtio/call-userspace', []],
  ])('%#: %2$s: status 0, on either leg', async (files, path, more) => {
    const args = ['trace', 't.txt', '--conform', path, '--host', 'qemu=7.2', ...more];
    const { status, out } = await irqpath(args, files);
    expect(out).toMatch(new RegExp(`is a run of the model of ${path}: \\d+ events in (8|24) cycles`));
    expect(out).toContain('surroundings=real');
    expect(status).toBe(0);
  });

  it('another QEMU, which sends its message itself: status 1, at the first thing that it does otherwise', async () => {
    const files = { 't.txt': traceFixture('runs/X1-blk-ioeventfd-on.ftrace.txt') };
    const { status, out } = await irqpath(['trace', 't.txt', '--conform', 'virtio/notify-ioeventfd'], files);
    expect(status).toBe(1);
    expect(out).toMatch(/line \d+: function:irqfd_wakeup, in main loop/);
    expect(out).toContain('main loop: kvm:kvm_msi_set_irq');
    expect(out).toContain('taken by default:\n    --host qemu=10.1,kernel=6.12');
    expect(out).toMatch(/--set\s+transport=modern/);
    // The device is a disk, and one queue of it is run: what only cards and other runs have is not named.
    expect(out).not.toContain('traffic=');
    expect(out).not.toContain('as assumed');
    expect(out).toContain('\nignored: nothing\n');
  });

  it('virtio-mmio is told by its notification register', async () => {
    const files = { 't.txt': traceFixture('runs/A1-gicv2-blk-mmio-ioeventfd-on.ftrace.txt') };
    const args = ['trace', 't.txt', '--conform', 'virtio/call-intx', '--host', 'qemu=7.2'];
    const { status, out } = await irqpath(args, files);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/taken from the trace: .*arch=arm .*transport=mmio/);
    expect(status).toBe(0);
  });
});

describe('--conform with a network card', () => {
  const files = { 't.txt': traceFixture('runs/X3-net-vhost-on.ftrace.txt') };
  const args = ['trace', 't.txt', '--conform', 'virtio/notify-vhost'];

  it.each([
    ['what it sends', [], 6],
    ['what it receives', ['--set', 'traffic=receive', '--set', 'queueDepth=2'], 5],
  ])('%s: vhost-net is told by its works', async (_, more, cycles) => {
    const { status, out } = await irqpath([...args, ...more], files);
    expect(out).toMatch(
      new RegExp(`is a run of the model of virtio/notify-vhost: \\d+ events in ${cycles} cycles`),
    );
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/taken from the trace: .*device=virtio-net/);
    expect(status).toBe(0);
  });
});
