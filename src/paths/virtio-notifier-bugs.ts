import type { KnownBug } from './path.ts';

const NO_LAST_CHECK: KnownBug = {
  name: 'no-last-check',
  title:
    'the notifier is closed without a last look at it: a notification that KVM had signalled by then is forgotten, and nobody looks at the queue if the device goes on without ioeventfd',
  introducedIn: null,
  fixedIn: 'QEMU 0.14',
  violates: 'no-lost-interrupt',
  needs: { notifiers: 'migration', destinationIoeventfd: 'off', guest: 'busy' },
  source:
    'QEMU 25db9ebe15 (virtio_pci_set_host_notifier_internal: event_notifier_test_and_clear after the deassignment); no release was without it: versions 1 to 3 of the series were (2010), as its changelog of version 4 says',
};

const HANDLER_AFTER_DETACH: KnownBug = {
  name: 'handler-after-detach',
  title:
    'the thread that stops the notifiers takes the handler from the IOThread itself: one that has just begun there runs when the ioeventfd is gone',
  introducedIn: 'QEMU 2.1',
  fixedIn: 'QEMU 2.12',
  violates: 'no-notifier-after-stop',
  needs: { notifiers: 'status', guest: 'busy', pollMaxNs: 0 },
  source:
    'QEMU 1010cadf62 (aio_wait_bh_oneshot: the IOThread removes the handler itself); from when on it was so is not verified, 2.1 is the first release with iothread=',
};

const STALE_NOTIFIER_FD: KnownBug = {
  name: 'stale-notifier-fd',
  title:
    'a drain in the middle of the stop attaches the notifier to the main loop, and nobody detaches it again: when it is closed, ppoll returns at once for ever, with nothing to read',
  introducedIn: 'QEMU 8.1',
  fixedIn: 'QEMU 8.1',
  violates: 'no-storm',
  needs: { notifiers: 'status', guest: 'busy', pollMaxNs: 0 },
  source:
    'QEMU 75dcb4d790 ("virtio-blk: fix host notifier issues during dataplane start/stop", July 2023; fixes 1665d9326f of the same cycle, so that no release has it). Which descriptor had taken the number is not said',
};

const DRAIN_LEAVES_POLLING: KnownBug = {
  name: 'drain-leaves-polling',
  title:
    'a drain takes the notifier from an IOThread that polls, with notifications turned off, and gives it back without turning them on or looking at the queue: the guest never notifies again',
  introducedIn: 'QEMU 8.1',
  fixedIn: 'QEMU 9.0',
  violates: 'no-sleep-unnotified',
  needs: { notifiers: 'block-drain', guest: 'busy', eventIdx: 'off' },
  source:
    'QEMU hw/virtio/virtio.c virtio_queue_aio_attach_host_notifier ("virtio: Keep notifications disabled during drain", H. Czenczek, January 2024, https://issues.redhat.com/browse/RHEL-3934; since 1665d9326f and 03d7162a21). That 9.0 is the first release with it is deduced from the date',
};

/** Where the fall-back of 2011 has gone. */
export const FULL_BUS_ABORTS: KnownBug = {
  name: 'full-bus-aborts',
  title:
    'where KVM has no room for the ioeventfd of a device, QEMU aborts ("error adding ioeventfd: No space left on device") instead of handling the notifications itself, as it did in 2011',
  introducedIn: 'QEMU 1.1',
  fixedIn: null,
  violates: 'no-abort',
  needs: { notifiers: 'start-up', busTaken: 200, guest: 'busy' },
  needsHost: { kernel: '3.4' },
  source:
    'QEMU accel/kvm/kvm-all.c kvm_mem_ioeventfd_add (abort); the code of 2011 rolled back and set ioeventfd_disabled (25db9ebe15). The memory listener asks since 80a1ea3748 of 2012-02-29, between 1.0 and 1.1',
};

/** What is or was wrong where notifiers start and stop. */
export const NOTIFIER_BUGS: readonly KnownBug[] = [NO_LAST_CHECK, FULL_BUS_ABORTS];

/** The same of a device with an IOThread. */
export const IOTHREAD_NOTIFIER_BUGS: readonly KnownBug[] = [
  HANDLER_AFTER_DETACH,
  STALE_NOTIFIER_FD,
  DRAIN_LEAVES_POLLING,
];
