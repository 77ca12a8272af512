import type { KnownBug } from './path.ts';

/** When an NVMe controller wants to be told of the driver's head, and has just been told. */
export const CQ_EVENT_INDEX_STAYS: KnownBug = {
  name: 'cq-event-index-stays',
  title:
    'A doorbell of the completion queue leaves its event index where it was: a driver that has rung for one of two completions does not ring for the other, the line stays up, and the guest is interrupted for nothing',
  introducedIn: 'QEMU 8.0',
  fixedIn: null,
  violates: 'no-storm',
  needs: { device: 'nvme', queueDepth: 2, guest: 'busy' },
  source:
    'QEMU hw/nvme/ctrl.c nvme_process_db (nothing is published; nvme_post_cqes alone does, since fa5db2aa168b: before that commit nobody did, and a guest without MSI-X hung). No trace and no report of it: inferred from the code',
};

/** Who lowers the line of an NVMe controller whose doorbells are eventfds. */
export const LINE_LOWERED_LATE: KnownBug = {
  name: 'line-lowered-late',
  title:
    'With ioeventfd=on the doorbell of the completion queue only signals an eventfd: the guest ends its interrupt while the line is still up, and is interrupted for nothing until the main loop has lowered it',
  introducedIn: 'QEMU 7.1',
  fixedIn: null,
  violates: 'no-storm',
  needs: { device: 'nvme', kick: 'ioeventfd', guest: 'busy' },
  source:
    'QEMU hw/nvme/ctrl.c nvme_init_cq_ioeventfd (asks nobody whether MSI-X is on), nvme_cq_notifier. No trace and no report of it: inferred from the code',
};
