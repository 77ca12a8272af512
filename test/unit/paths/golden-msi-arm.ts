import { MSI_IRQFD, MSI_USERSPACE, POSTED } from '../../support/runs.ts';

const STEADY = { arch: 'arm', jitterPercent: 0, wakeJitterPercent: 0 };
const GICV3 = { ...STEADY, gic: '3' };
const OTHER_CPU = { irqCpu: 1 };
const GICV4 = { posting: 'on' } as const;

/** Golden runs of messages on Arm. */
export const MSI_ARM_CASES = [
  { path: MSI_IRQFD, name: 'arm-gicv3-idle-guest', settings: GICV3, interrupt: 1, host: OTHER_CPU },
  { path: MSI_IRQFD, name: 'arm-gicv3-busy-guest', settings: { ...GICV3, guest: 'busy' }, interrupt: 1 },
  // The first message finds no translation and is left to a worker.
  {
    path: MSI_IRQFD,
    name: 'arm-gicv3-its-cache-cold',
    settings: { ...GICV3, itsCache: 'cold' },
    interrupt: 0,
  },
  {
    path: MSI_IRQFD,
    name: 'arm-gicv3-two-messages-one-interrupt',
    settings: { ...GICV3, guest: 'busy', periodUs: 50, vmExit: 100_000 },
    interrupt: 0,
    arrivals: 2,
    host: OTHER_CPU,
  },
  {
    path: MSI_IRQFD,
    name: 'arm-gicv2m-busy-guest',
    settings: { ...STEADY, guest: 'busy' },
    interrupt: 1,
    host: OTHER_CPU,
  },
  { path: MSI_IRQFD, name: 'arm-gicv2m-kworker', settings: STEADY, interrupt: 1, kernel: '4.19' },
  { path: MSI_USERSPACE, name: 'arm-gicv3', settings: GICV3, interrupt: 1 },
  { path: MSI_USERSPACE, name: 'arm-gicv2m', settings: { ...STEADY, guest: 'busy' }, interrupt: 1 },
  {
    path: POSTED,
    name: 'arm-gicv4-vcpu-runs-no-mmap',
    settings: { ...STEADY, guest: 'busy', mmap: 'off' },
    interrupt: 1,
    host: GICV4,
  },
  { path: POSTED, name: 'arm-gicv4-vcpu-waits', settings: STEADY, interrupt: 1, host: GICV4 },
];
