import type { KnownBug } from './path.ts';

/** What stops vhost has QEMU look at the queue too early. */
export const NOTIFIER_BEFORE_INDEX: KnownBug = {
  name: 'notifier-before-index',
  title:
    'what stops vhost gives the notifier of a queue back before it asks how far vhost has come: the notification that nobody has read has QEMU handle the queue from the index at which vhost began ("Guest moved used index")',
  introducedIn: 'QEMU 0.14',
  fixedIn: 'QEMU 1.0',
  violates: 'no-stale-index',
  needs: { device: 'virtio-net', notifiers: 'vm-stop', guest: 'busy' },
  source:
    'QEMU b0b3db7955 (2011): the notifier comes last; before it hw/vhost.c vhost_virtqueue_cleanup called set_host_notifier and then VHOST_GET_VRING_BASE. That 1.0 is the first release with it is deduced from the year; 0.14 is the first that looks at a notifier which it takes away (25db9ebe15)',
};

/** A notification that reaches QEMU does not reach vhost. */
export const NOTIFY_PAST_VHOST: KnownBug = {
  name: 'notify-past-vhost',
  title:
    'a notification that reaches QEMU while vhost takes the queue over is handled by QEMU, and not passed on to vhost, which has the queue by then',
  introducedIn: null,
  fixedIn: 'QEMU 4.2',
  violates: 'no-stale-index',
  needs: { device: 'virtio-net', notifiers: 'link', guest: 'busy' },
  source:
    'QEMU fcccb271e0 "virtio: notify virtqueue via host notifier when available" (virtio_queue_notify writes the host notifier where it is enabled; 4.2); which releases had it before is not verified',
};

/** QEMU tells KVM of a descriptor that it has closed. */
export const CLOSED_NOTIFIER: KnownBug = {
  name: 'closed-notifier',
  title:
    'where vhost takes the notifier that QEMU itself has had until then, that is closed before KVM is told: "error deleting ioeventfd: Bad file descriptor", and QEMU aborts',
  introducedIn: 'QEMU 9.2',
  fixedIn: 'QEMU 9.2',
  violates: 'no-use-after-close',
  needs: { device: 'virtio-net', notifiers: 'link', guest: 'busy' },
  source:
    'QEMU "vhost_net: fix assertion triggered by batch of host notifiers processing" (Zuo Boqun, November 2024; fixes 6166799f6, "vhost_net: configure all host notifiers in a single MR transaction", of August 2024, so that by these dates no release has it)',
};

/** What is or was wrong where vhost takes notifiers and gives them back. */
export const VHOST_NOTIFIER_BUGS: readonly KnownBug[] = [
  NOTIFIER_BEFORE_INDEX,
  NOTIFY_PAST_VHOST,
  CLOSED_NOTIFIER,
];
