import type { RealRun } from './real-run.ts';
import { INTX_IRQFD, INTX_SPLIT, INTX_USERSPACE } from './runs.ts';

/** INTx of an assigned e1000 on Linux 6.12.95, QEMU 7.2.22, SVM without AVIC, machine q35; what differs is in the names. */
export const X86_RUNS: readonly RealRun[] = [
  { file: 'X4a-vfio-e1000-intx-irqfd', path: INTX_IRQFD, settings: {}, device: 'e1000', cycles: 8 },
  {
    file: 'X4k-vfio-e1000-intx-irqfd-nointxmask',
    path: INTX_IRQFD,
    settings: { intxMask: 'broken' },
    device: 'e1000',
    cycles: 8,
  },
  {
    file: 'X4b-vfio-e1000-intx-nokvm-1100',
    path: INTX_USERSPACE,
    settings: { barsAtStart: 'unmapped' },
    device: 'e1000',
    cycles: 2,
  },
  {
    // Two host interrupts, of which the second comes before the first is over.
    file: 'X4m-vfio-e1000-intx-nokvm-0-other-bar-access',
    path: INTX_USERSPACE,
    settings: { mmapTimeoutMs: 0, barsAtStart: 'unmapped' },
    device: 'e1000',
    cycles: 1,
  },
  { file: 'X5-split-vfio-e1000-intx', path: INTX_SPLIT, settings: {}, device: 'e1000', cycles: 10 },
  {
    // Nine host interrupts, of which the fourth comes before the third is over.
    file: 'X5-off-vfio-e1000-intx',
    path: INTX_USERSPACE,
    settings: { irqchip: 'off', barsAtStart: 'unmapped' },
    device: 'e1000',
    cycles: 8,
  },
];
