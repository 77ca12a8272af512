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
  });
});
