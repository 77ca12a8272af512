import { describe, expect, it } from 'vitest';
import { followedVirtio, virtioRun, virtioText } from '../../support/real-runs-virtio.ts';
import type { VirtioRun } from '../../support/real-runs-virtio.ts';
import { withEffectFirst, withoutFirst } from '../../support/spoilt-trace.ts';

const ON = virtioRun('X1-blk-ioeventfd-on (kick)');
const ON_CALL = virtioRun('X1-blk-ioeventfd-on (call)');
const OFF = virtioRun('X1-blk-ioeventfd-off (kick)');
const OFF_CALL = virtioRun('X1-blk-ioeventfd-off (call)');
const LINE_KICK = virtioRun('X1-blk-vectors0-intx (kick)');
const LINE = virtioRun('X1-blk-vectors0-intx (call)');
const IOTHREAD = virtioRun('X2-blk-iothread (kick)');
const BY_EVENTFD = [ON, LINE_KICK, IOTHREAD];
const BY_IRQFD = [ON_CALL, IOTHREAD];
const BY_MESSAGE = [ON_CALL, OFF_CALL, IOTHREAD];
const ALL = [ON, OFF, LINE, IOTHREAD];

/** Two kinds of lines of one trace that are cause and effect: neither may come first. */
interface Pair {
  readonly what: string;
  readonly runs: readonly VirtioRun[];
  readonly cause: RegExp;
  readonly effect: RegExp;
}

const NOTIFY = /kvm_mmio: mmio write len 2 gpa 0xfebfb000/;
const READY = /sys_ppoll -> 0x1/;
const EVENTFD_READ = /eventfd_read <-/;
const ACCEPTED = /kvm_apic_accept_irq: .*vec 37/;
const INJECTED = /kvm_inj_virq: IRQ 0x25/;

const PAIRS: readonly Pair[] = [
  {
    what: 'the notification is seen on the bus before the eventfd is signalled',
    runs: BY_EVENTFD,
    cause: NOTIFY,
    effect: /eventfd_signal_mask <-ioeventfd_write/,
  },
  {
    what: 'the eventfd is signalled before its waiter reads it',
    runs: BY_EVENTFD,
    cause: /eventfd_signal_mask <-/,
    effect: EVENTFD_READ,
  },
  { what: 'ppoll returns before the eventfd is read', runs: BY_EVENTFD, cause: READY, effect: EVENTFD_READ },
  {
    what: 'the notification leaves to QEMU before the disk has done anything',
    runs: [OFF],
    cause: /kvm_userspace_exit: reason KVM_EXIT_MMIO/,
    effect: /worker.*eventfd_write <-/,
  },
  {
    what: 'the disk is done before the eventfd of the irqfd is written',
    runs: BY_IRQFD,
    cause: /worker.*eventfd_write <-/,
    effect: /irqfd_wakeup <-/,
  },
  {
    what: 'the irqfd is woken before the message is looked at',
    runs: BY_IRQFD,
    cause: /irqfd_wakeup <-/,
    effect: /kvm_msi_set_irq: .*vec 37/,
  },
  {
    what: 'QEMU asks before KVM sends the message',
    runs: [OFF_CALL],
    cause: /cmd: 4020aea5/,
    effect: /kvm_msi_set_irq: .*vec 37/,
  },
  {
    what: 'the message is sent before it is accepted',
    runs: BY_MESSAGE,
    cause: /kvm_msi_set_irq: .*vec 37/,
    effect: ACCEPTED,
  },
  { what: 'the local APIC has it before the guest gets it', runs: ALL, cause: ACCEPTED, effect: INJECTED },
  {
    what: 'the guest gets it before it ends it',
    runs: ALL,
    cause: INJECTED,
    effect: /kvm_eoi: .*vector 37/,
  },
  {
    what: 'the line is raised before the local APIC has the interrupt',
    runs: [LINE],
    cause: /kvm_set_irq: gsi 21 level 1/,
    effect: ACCEPTED,
  },
  {
    what: 'the ISR register is read before QEMU lowers the line',
    runs: [LINE],
    cause: /kvm_mmio: mmio unsatisfied-read/,
    effect: /kvm_set_irq: gsi 21 level 0/,
  },
  {
    what: 'QEMU lowers the line before the guest goes on',
    runs: [LINE],
    cause: /kvm_set_irq: gsi 21 level 0/,
    effect: /kvm_mmio: mmio read len 1/,
  },
  {
    what: 'the guest reads the trigger mode before it ends the interrupt',
    runs: [LINE],
    cause: /msr_read 819/,
    effect: /kvm_eoi: .*vector 37/,
  },
];

describe('an effect before its cause is refused', () => {
  const swaps = PAIRS.flatMap((pair) => pair.runs.map((run) => ({ pair, run, file: run.file, ...pair })));

  it.each(swaps)('$file: $what', { timeout: 120_000 }, ({ run, pair: { cause, effect } }) => {
    const spoilt = withEffectFirst(virtioText(run), cause, effect);
    expect(spoilt).not.toBeNull();
    const { verdict, refusal } = followedVirtio(run, spoilt ?? '');
    expect(verdict).toBe('refused');
    expect(refusal?.possible.length).toBeGreaterThan(0);
  });
});

/** Lines that no request does without. */
const NEEDED: readonly (readonly [readonly VirtioRun[], RegExp])[] = [
  [ALL, NOTIFY],
  [ALL, ACCEPTED],
  [ALL, INJECTED],
  [ALL, /kvm_vcpu_kick <-/],
  [ALL, /kvm_entry/],
  [BY_EVENTFD, /ioeventfd_write <-/],
  [BY_EVENTFD, /eventfd_signal_mask <-/],
  [BY_EVENTFD, EVENTFD_READ],
  [BY_IRQFD, /irqfd_wakeup <-/],
  [BY_IRQFD, /eventfd_write <-/],
  [BY_MESSAGE, /kvm_msi_set_irq: .*vec 37/],
  [[OFF], /KVM_EXIT_MMIO/],
  [[OFF_CALL], /cmd: 4020aea5/],
  [[LINE], /kvm_mmio: mmio unsatisfied-read/],
  [[LINE], /kvm_set_irq: gsi 21 level 0/],
  [[LINE], /kvm_eoi: .*vector 37/],
];

describe('a line that is missing is missed', () => {
  const drops = NEEDED.flatMap(([runs, line]) =>
    runs.map((run) => ({ run, line, file: run.file, what: String(line) })),
  );

  it.each(drops)('$file: $what', { timeout: 120_000 }, ({ run, line }) => {
    const spoilt = withoutFirst(virtioText(run), line);
    expect(spoilt).not.toBeNull();
    expect(followedVirtio(run, spoilt ?? '').verdict).toBe('refused');
  });
});

describe('a trace of one path is no run of another', () => {
  it.each([
    [ON, { path: 'virtio/notify-sync' }],
    [ON, { path: 'virtio/notify-iothread' }],
    [ON, { settings: { call: 'intx' } }],
    [ON, { settings: { transport: 'legacy' } }],
    [ON_CALL, { path: 'virtio/call-userspace' }],
    [ON_CALL, { settings: { kick: 'iothread' } }],
    [OFF, { path: 'virtio/notify-ioeventfd' }],
    [OFF_CALL, { path: 'virtio/call-irqfd' }],
    [LINE, { path: 'virtio/call-irqfd' }],
    [LINE, { settings: { kick: 'sync' } }],
    [LINE, { settings: { kick: 'iothread' } }],
    [IOTHREAD, { path: 'virtio/notify-ioeventfd' }],
    [IOTHREAD, { path: 'virtio/notify-sync' }],
  ])('$file against %o', { timeout: 120_000 }, (run, other) => {
    expect(followedVirtio(run, virtioText(run), { settings: {}, ...other }).verdict).toBe('refused');
  });
});
