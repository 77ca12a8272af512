import { describe, expect, it } from 'vitest';
import type { Summary } from '../../../src/analysis/simulation.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { simulatePath } from '../../support/runs.ts';

function summaryOf(path: string, settings: PathSettings): Summary {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '7.2' } };
  return simulatePath(path, { arch: 'arm', ...settings }, { interrupts: 20, facts }).summary;
}

const MMIO = { transport: 'mmio' };
const PCI = { gic: '3' };

describe('what a request costs on each leg on Arm', () => {
  // As the traces A1 count: virtio-mmio 20 requests and 20 exits of each register, all three to QEMU without ioeventfd,
  // two with it; PCI 30 requests and 30 exits, to QEMU without ioeventfd only.
  it.each([
    ['virtio/notify-sync', MMIO, { DABT_LOW: 1 }, 1],
    ['virtio/notify-ioeventfd', MMIO, { DABT_LOW: 1 }, 0],
    ['virtio/call-intx', MMIO, { DABT_LOW: 2 }, 2],
    ['virtio/notify-sync', PCI, { DABT_LOW: 1 }, 1],
    ['virtio/notify-ioeventfd', PCI, { DABT_LOW: 1 }, 0],
    ['virtio/notify-iothread', { ...PCI, pollMaxNs: 0 }, { DABT_LOW: 1 }, 0],
    ['virtio/call-irqfd', PCI, {}, 0],
    ['virtio/call-userspace', PCI, {}, 0],
    ['virtio/call-irqfd', { ...PCI, guest: 'busy' }, { IRQ_KICK: 1 }, 0],
    // A level costs one more: KVM has to see its end.
    ['virtio/call-intx', { ...MMIO, trigger: 'level' }, { DABT_LOW: 2, IRQ_MAINTENANCE: 1 }, 2],
    ['virtio/call-intx', PCI, { DABT_LOW: 1, IRQ_MAINTENANCE: 1 }, 1],
  ])('%s %o', (path, settings, exits, userspaceExits) => {
    const summary = summaryOf(path, settings);
    expect(summary.exitReasons).toEqual(exits);
    expect(summary.userspaceExitsPerInterrupt).toBe(userspaceExits);
    expect(summary.spuriousPerInterrupt).toBe(0);
  });
});
