import { describe, expect, it } from 'vitest';
import { followedNet, netRun, netText } from '../../support/real-runs-net.ts';
import type { NetRun } from '../../support/real-runs-net.ts';
import { withEffectFirst, withoutFirst } from '../../support/spoilt-trace.ts';

const VHOST_SENDS = netRun('X3-net-vhost-on (send, kick)');
const VHOST_RECEIVES = netRun('X3-net-vhost-on (receive, call)');
const QEMU_SENDS = netRun('X3-net-vhost-off (send, call)');
const QEMU_RECEIVES = netRun('X3-net-vhost-off (receive, call)');

const NOTIFIED = /kvm_mmio: mmio write len 2 gpa 0xfebfb004/;
const NOTIFIER = /eventfd_signal_mask <-ioeventfd_write/;
const WOKEN_FOR_TX = /CPU 0.*vhost_poll_wakeup/;
const WOKEN_FOR_RX = /vhost-.*vhost_poll_wakeup/;
const SENT = /vhost_add_used_and_signal_n <-vhost_tx_batch/;
const RECEIVED = /vhost_add_used_and_signal_n <-handle_rx/;
const TAP_READ = /sys_read\(.*count: 11000/;
const TX_MESSAGE = /kvm_msi_set_irq: .*vec 39/;
const RX_MESSAGE = /kvm_msi_set_irq: .*vec 38/;
const TX_ACCEPTED = /kvm_apic_accept_irq: .*vec 39/;
const RX_ACCEPTED = /kvm_apic_accept_irq: .*vec 38/;

describe('an effect before its cause is refused', { timeout: 120_000 }, () => {
  it.each<[string, NetRun, RegExp, RegExp]>([
    ['the notification, then its eventfd', VHOST_SENDS, NOTIFIED, NOTIFIER],
    ['the eventfd, then the wake-up of the worker', VHOST_SENDS, NOTIFIER, WOKEN_FOR_TX],
    ['the wake-up, then the worker', VHOST_SENDS, WOKEN_FOR_TX, /handle_tx_kick <-/],
    ['the worker, then the used ring', VHOST_SENDS, /handle_tx_kick <-/, SENT],
    ['the used ring, then the call', VHOST_SENDS, SENT, /eventfd_signal_mask <-vhost_tx_batch/],
    ['the irqfd, then its message', VHOST_SENDS, /irqfd_wakeup <-/, TX_MESSAGE],
    ['the message, then the local APIC', VHOST_SENDS, TX_MESSAGE, TX_ACCEPTED],
    ['the local APIC, then the guest', VHOST_SENDS, TX_ACCEPTED, /kvm_inj_virq: IRQ 0x27/],
    ['the guest, then its end', VHOST_SENDS, /kvm_inj_virq: IRQ 0x27/, /kvm_eoi: .*vector 39/],
    ['a packet in the tap, then the worker', VHOST_RECEIVES, WOKEN_FOR_RX, /handle_rx_net <-/],
    ['the worker, then its used ring', VHOST_RECEIVES, /handle_rx_net <-/, RECEIVED],
    ['its used ring, then its call', VHOST_RECEIVES, RECEIVED, /eventfd_signal_mask <-handle_rx/],
    ['its call, then its message', VHOST_RECEIVES, /eventfd_signal_mask <-handle_rx/, RX_MESSAGE],
    ['its message, then the guest', VHOST_RECEIVES, RX_ACCEPTED, /kvm_inj_virq: IRQ 0x26/],
    ['its interrupt, then its end', VHOST_RECEIVES, /kvm_inj_virq: IRQ 0x26/, /kvm_eoi: .*vector 38/],
    ['the eventfd, then the main loop', QEMU_SENDS, NOTIFIER, /eventfd_read <-/],
    ['the main loop awake, then its read', QEMU_SENDS, /sys_ppoll -> 0x1/, /eventfd_read <-/],
    ['the notifier read, then the message', QEMU_SENDS, /eventfd_read <-/, TX_MESSAGE],
    ['the ioctl, then the message', QEMU_SENDS, /kvm_set_msi <-/, TX_MESSAGE],
    ['the tap read, then the message', QEMU_RECEIVES, TAP_READ, RX_MESSAGE],
    ['the main loop awake, then the tap', QEMU_RECEIVES, /sys_ppoll -> 0x1/, TAP_READ],
  ])('%s', (_, run, cause, effect) => {
    const spoilt = withEffectFirst(netText(run), cause, effect);
    expect(spoilt).not.toBeNull();
    const { verdict, refusal } = followedNet(run, spoilt ?? '');
    expect(verdict).toBe('refused');
    expect(refusal?.possible.length).toBeGreaterThan(0);
  });
});

/** Lines that no packet does without. */
const NEEDED: readonly (readonly [NetRun, readonly RegExp[]])[] = [
  [
    VHOST_SENDS,
    [
      NOTIFIED,
      /ioeventfd_write <-/,
      NOTIFIER,
      WOKEN_FOR_TX,
      /handle_tx_kick <-/,
      SENT,
      TX_MESSAGE,
      TX_ACCEPTED,
    ],
  ],
  [
    VHOST_RECEIVES,
    [WOKEN_FOR_RX, /handle_rx_net <-/, RECEIVED, /eventfd_signal_mask <-handle_rx/, RX_MESSAGE, RX_ACCEPTED],
  ],
  [QEMU_SENDS, [NOTIFIED, /eventfd_read <-/, TX_MESSAGE, /kvm_inj_virq: IRQ 0x27/]],
  [QEMU_RECEIVES, [TAP_READ, RX_MESSAGE, RX_ACCEPTED, /kvm_inj_virq: IRQ 0x26/]],
];

describe('a line that is missing is missed', { timeout: 120_000 }, () => {
  const drops = NEEDED.flatMap(([run, lines]) =>
    lines.map((line) => ({ run, line, file: run.file, what: String(line) })),
  );

  it.each(drops)('$file: $what', ({ run, line }) => {
    const spoilt = withoutFirst(netText(run), line);
    expect(spoilt).not.toBeNull();
    expect(followedNet(run, spoilt ?? '').verdict).toBe('refused');
  });
});

describe('a trace of one path is no run of another', { timeout: 120_000 }, () => {
  it.each<[NetRun, string]>([
    [VHOST_SENDS, 'virtio/notify-ioeventfd'],
    [VHOST_SENDS, 'virtio/call-userspace'],
    [VHOST_RECEIVES, 'virtio/notify-ioeventfd'],
    [VHOST_RECEIVES, 'virtio/call-userspace'],
    [QEMU_SENDS, 'virtio/notify-vhost'],
    [QEMU_SENDS, 'virtio/call-irqfd'],
    [QEMU_RECEIVES, 'virtio/notify-vhost'],
    [QEMU_RECEIVES, 'virtio/call-irqfd'],
  ])('%o against %s', (run, path) => {
    expect(followedNet(run, netText(run), { path }).verdict).toBe('refused');
  });
});
