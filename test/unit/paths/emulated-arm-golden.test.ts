import { describe } from 'vitest';
import { goldenCycles } from '../../support/golden-cycles.ts';
import type { GoldenCycle } from '../../support/golden-cycles.ts';

const GICV2 = { arch: 'arm', gic: '2' };
const GICV3 = { arch: 'arm', gic: '3' };

const CASES: readonly GoldenCycle[] = [
  { path: 'emulated/line', name: 'arm-pl011', settings: { ...GICV2, device: 'pl011' } },
  { path: 'emulated/line', name: 'arm-e1000e', settings: { ...GICV2, device: 'e1000e', guest: 'busy' } },
  { path: 'emulated/line', name: 'arm-nvme', settings: { ...GICV3, device: 'nvme' } },
  { path: 'emulated/line', name: 'arm-ahci', settings: { ...GICV2, device: 'ich9-ahci' } },
  { path: 'emulated/msi', name: 'arm-nvme-its', settings: GICV3 },
  { path: 'emulated/msi', name: 'arm-nvme-gicv2m', settings: { ...GICV2, guest: 'busy' } },
  { path: 'emulated/msi', name: 'arm-e1000e-its', settings: { ...GICV3, device: 'e1000e' } },
  {
    path: 'emulated/doorbell-sync',
    name: 'arm-pl011',
    settings: { ...GICV2, device: 'pl011', characters: 2 },
  },
  { path: 'emulated/doorbell-ioeventfd', name: 'arm-nvme', settings: GICV3 },
];

describe('golden runs of emulated devices on Arm', () => {
  goldenCycles(CASES);
});
