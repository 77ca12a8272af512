import { describe } from 'vitest';
import { goldenCycles } from '../../support/golden-cycles.ts';
import type { GoldenCycle } from '../../support/golden-cycles.ts';

const NET = { device: 'virtio-net' };

const CASES: readonly GoldenCycle[] = [
  { path: 'virtio/notify-ioeventfd', name: 'net', settings: NET },
  { path: 'virtio/notify-ioeventfd', name: 'net-amd', settings: NET, host: { vendor: 'amd', qemu: '7.2' } },
  { path: 'virtio/notify-sync', name: 'net', settings: NET },
  { path: 'virtio/call-userspace', name: 'net', settings: NET },
  { path: 'virtio/call-userspace', name: 'net-busy-guest', settings: { ...NET, guest: 'busy' } },
  { path: 'virtio/call-intx', name: 'net', settings: NET },
  {
    path: 'virtio/notify-ioeventfd',
    name: 'net-timer',
    settings: { ...NET, tx: 'timer' },
  },
  { path: 'virtio/notify-sync', name: 'net-command', settings: { ...NET, traffic: 'command' } },
  { path: 'virtio/notify-ioeventfd', name: 'net-command', settings: { ...NET, traffic: 'command' } },
  {
    path: 'virtio/call-userspace',
    name: 'net-receive',
    settings: { ...NET, traffic: 'receive', queueDepth: 16 },
  },
];

describe('golden runs of virtio-net', () => {
  goldenCycles(CASES);
});
