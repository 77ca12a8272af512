import type { ModelBuilder } from '../../engine/model.ts';
import type { Field } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { BLOCKS, RUNS } from '../kernel/avic.ts';
import type { Avic } from '../kernel/avic.ts';
import type { GaLog } from '../kernel/ga-log.ts';
import { IOMMU, VIRTUAL_APIC } from '../parties.ts';

/**
 * Adds the IOMMU for a message whose IRTE is in guest vAPIC mode: it writes the bit into the backing page and, if the
 * vCPU runs, rings the doorbell of its CPU; else it writes an entry into the GA log and interrupts the host, for which
 * newer kernels ask only while the vCPU blocks.
 * Source: AMD I/O Virtualization Technology specification, 2.2.5 "Interrupt Remapping Tables" with GuestMode (the number
 * of the section is not verified); Linux drivers/iommu/amd/iommu.c `amd_iommu_activate_guest_mode` (6.12).
 */
export function guestVapicPosting(
  m: ModelBuilder,
  message: Field,
  inGuest: Field,
  { irr, isRun, doorbell }: Avic,
  { interrupt, logsPreempted }: GaLog,
): void {
  m.process(
    'IOMMU',
    { kind: 'hardware' },
    procedure(IOMMU, 'guest vAPIC mode', {
      'post-interrupt': {
        at: 'hardware: AMD IOMMU guest vAPIC mode (IRTE: IRR in the backing page, then doorbell or GA log entry)',
        cost: 'postInterrupt',
        rest: true,
        when: (s) => s[message] === 1,
        do: (s) => {
          s[message] = 0;
          s[irr] = 1;
          const state = isRun === null ? RUNS : s[isRun];
          if (state === RUNS) {
            // A CPU that runs the host does not hear it, and looks at IRR when it enters the guest.
            if (s[inGuest] === 1) s[doorbell] = 1;
          } else if (state === BLOCKS || logsPreempted) {
            s[interrupt] = 1;
          }
        },
      },
    }),
  );
}

/**
 * Adds what a processor does with a doorbell while it runs the guest: it looks at IRR, without an exit.
 * Source: AMD64 APM volume 2, 15.29 "Advanced Virtual Interrupt Controller".
 */
export function doorbellProcessing(m: ModelBuilder, inGuest: Field, { doorbell, evaluate }: Avic): void {
  m.process(
    'virtual APIC',
    { kind: 'hardware' },
    procedure(VIRTUAL_APIC, 'doorbell', {
      'process-doorbell': {
        at: 'hardware: AVIC doorbell (the CPU looks at IRR in the backing page, no exit)',
        cost: 'postedProcessing',
        rest: true,
        when: (s) => s[inGuest] === 1 && s[doorbell] === 1,
        do: (s) => {
          s[doorbell] = 0;
          evaluate(s);
        },
      },
    }),
  );
}
