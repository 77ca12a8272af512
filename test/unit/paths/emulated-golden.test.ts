import { describe, expect, it } from 'vitest';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { goldenCycles } from '../../support/golden-cycles.ts';
import type { GoldenCycle } from '../../support/golden-cycles.ts';

const AMD = { vendor: 'amd' } as const;
const APICV = { apicv: 'on' } as const;

const CASES: readonly GoldenCycle[] = [
  { path: 'emulated/line', name: 'uart-idle-guest', settings: { characters: 2 } },
  { path: 'emulated/line', name: 'uart-amd-no-pv-eoi', settings: { characters: 1, pvEoi: 'off' }, host: AMD },
  { path: 'emulated/line', name: 'uart-split', settings: { characters: 1, irqchip: 'split' } },
  { path: 'emulated/line', name: 'ahci-idle-guest', settings: { device: 'ich9-ahci' } },
  { path: 'emulated/line', name: 'ahci-split', settings: { device: 'ich9-ahci', irqchip: 'split' } },
  { path: 'emulated/line', name: 'ahci-irqchip-off', settings: { device: 'ich9-ahci', irqchip: 'off' } },
  {
    path: 'emulated/msi',
    name: 'ahci-busy-guest',
    settings: { device: 'ich9-ahci', guest: 'busy' },
    host: AMD,
  },
  { path: 'emulated/line', name: 'e1000e-idle-guest', settings: { device: 'e1000e' } },
  {
    path: 'emulated/msi',
    name: 'e1000e-amd-busy-guest',
    settings: { device: 'e1000e', guest: 'busy' },
    host: AMD,
  },
  { path: 'emulated/msi', name: 'e1000e-apicv', settings: { device: 'e1000e', guest: 'busy' }, host: APICV },
  { path: 'emulated/line', name: 'uart-apicv', settings: { characters: 1 }, host: APICV },
  { path: 'emulated/doorbell-sync', name: 'ahci', settings: { device: 'ich9-ahci' } },
  { path: 'emulated/line', name: 'nvme-idle-guest', settings: { device: 'nvme' } },
  { path: 'emulated/line', name: 'nvme-ioeventfd', settings: { device: 'nvme', kick: 'ioeventfd' } },
  { path: 'emulated/msi', name: 'nvme-idle-guest' },
  { path: 'emulated/msi', name: 'nvme-amd-ioeventfd', settings: { kick: 'ioeventfd' }, host: AMD },
  { path: 'emulated/doorbell-sync', name: 'nvme-idle-guest' },
  { path: 'emulated/doorbell-sync', name: 'uart', settings: { device: 'isa-serial' } },
  { path: 'emulated/doorbell-sync', name: 'nvme-no-shadow-doorbells', settings: { shadowDoorbells: 'off' } },
  { path: 'emulated/doorbell-ioeventfd', name: 'nvme-idle-guest' },
  {
    path: 'emulated/doorbell-ioeventfd',
    name: 'nvme-amd-busy-guest',
    settings: { guest: 'busy' },
    host: AMD,
  },
];

describe('golden runs of emulated devices', () => {
  goldenCycles(CASES);

  it('are there for every path', () => {
    const ids = ALL_PATHS.map(({ info }) => info.id).filter((id) => id.startsWith('emulated/'));
    expect(new Set(CASES.map(({ path }) => path))).toEqual(new Set(ids));
  });
});
