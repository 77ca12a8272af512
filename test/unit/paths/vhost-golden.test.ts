import { describe, it } from 'vitest';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';

const SCSI = { device: 'vhost-scsi' };
const MASKED = { vectorChange: 'mask', guest: 'busy' };
const USER = { device: 'vhost-user-blk' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/notify-vhost', name: 'idle-guest' },
  { path: 'virtio/notify-vhost', name: 'amd', host: { vendor: 'amd', qemu: '7.2' } },
  { path: 'virtio/notify-vhost', name: 'legacy', settings: { transport: 'legacy', eventIdx: 'off' } },
  { path: 'virtio/call-irqfd', name: 'vhost-scsi', settings: SCSI },
  { path: 'virtio/call-intx', name: 'vhost-scsi', settings: SCSI },
  { path: 'virtio/notify-vhost-user', name: 'idle-guest' },
  { path: 'virtio/notify-vhost-user', name: 'poll', settings: { backend: 'poll' } },
  { path: 'virtio/call-irqfd', name: 'vhost-user', settings: USER },
  { path: 'virtio/call-irqfd', name: 'vhost-user-poll', settings: { ...USER, backend: 'poll' } },
  { path: 'virtio/call-intx', name: 'vhost-user', settings: USER },
  { path: 'virtio/call-irqfd', name: 'masked-vector', settings: { ...SCSI, ...MASKED, vectorChangeUs: 56 } },
  { path: 'virtio/call-userspace', name: 'masked-vector', settings: { ...MASKED, vectorChangeUs: 22 } },
  { path: 'virtio/notify-vhost', name: 'arm', settings: { arch: 'arm' } },
  { path: 'virtio/call-intx', name: 'vhost-mmio', settings: { ...SCSI, arch: 'arm', transport: 'mmio' } },
  { path: 'virtio/notify-vhost', name: 'net', settings: { device: 'virtio-net' } },
  { path: 'virtio/call-irqfd', name: 'vhost-net', settings: { device: 'virtio-net' } },
  {
    path: 'virtio/call-irqfd',
    name: 'vhost-net-masked',
    settings: { device: 'virtio-net', ...MASKED, vectorChangeUs: 24, periodUs: 20 },
  },
];

describe('golden runs of vhost', () => {
  it.each(CASES)('$path: $name', expectGolden);

  it('keep the text for mails inside 72 columns', () => {
    CASES.forEach(expectNarrow);
  });
});
