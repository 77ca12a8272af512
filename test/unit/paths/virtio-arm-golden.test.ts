import { describe, it } from 'vitest';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';

const MMIO = { arch: 'arm', transport: 'mmio' };
const ITS = { arch: 'arm', gic: '3' };
const GICV2M = { arch: 'arm', gic: '2' };
const QEMU_7_2 = { qemu: '7.2' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/notify-sync', name: 'arm-mmio', settings: MMIO },
  { path: 'virtio/notify-ioeventfd', name: 'arm-mmio', settings: MMIO },
  { path: 'virtio/notify-ioeventfd', name: 'arm-its', settings: ITS, host: QEMU_7_2 },
  { path: 'virtio/notify-iothread', name: 'arm-its', settings: { ...ITS, guest: 'busy' } },
  { path: 'virtio/call-irqfd', name: 'arm-its', settings: ITS, host: QEMU_7_2 },
  { path: 'virtio/call-irqfd', name: 'arm-gicv2m', settings: { ...GICV2M, guest: 'busy' } },
  { path: 'virtio/call-userspace', name: 'arm-its', settings: { ...ITS, guest: 'busy' } },
  { path: 'virtio/call-userspace', name: 'arm-gicv2m', settings: GICV2M },
  { path: 'virtio/call-intx', name: 'arm-mmio', settings: MMIO },
  { path: 'virtio/call-intx', name: 'arm-mmio-read-back', settings: MMIO, host: QEMU_7_2 },
  { path: 'virtio/call-intx', name: 'arm-mmio-level', settings: { ...MMIO, trigger: 'level', kick: 'sync' } },
  { path: 'virtio/call-intx', name: 'arm-pci', settings: { ...GICV2M, guest: 'busy' } },
];

describe('golden runs of virtio on Arm', () => {
  it.each(CASES)('$path: $name', expectGolden);

  it('keep the text for mails inside 72 columns', () => {
    CASES.forEach(expectNarrow);
  });
});
