import { describe, expect, it } from 'vitest';
import { VIRTIO_ARM_ALPHABET } from '../../../src/paths/virtio-arm-alphabet.ts';
import type { Conformance } from '../../../src/trace/conformance.ts';
import { conformanceRows } from '../../support/conformance-text.ts';
import { readEvents } from '../../support/real-runs.ts';
import {
  followedVirtioArm,
  VIRTIO_ARM_RUNS,
  virtioArmRun,
  virtioArmText,
} from '../../support/real-runs-virtio-arm.ts';
import type { VirtioRun } from '../../support/real-runs-virtio.ts';
import { withEffectFirst, withoutFirst } from '../../support/spoilt-trace.ts';

const HEAD = `# Conformance: virtio on Arm

As in [conformance-virtio.md](conformance-virtio.md), with traces of a virtio-blk disk on an Arm host (Linux 6.12.95, QEMU
7.2.22, machine virt, aio=threads) whose guest reads one sector after the other: on virtio-mmio with a GICv2, and on PCI with
MSI-X and the ITS of a GICv3, each with ioeventfd in QEMU's main loop and with \`ioeventfd=off\`. Of each run the first requests
are kept; all of the whole traces (20 requests on virtio-mmio, 30 on PCI) are included as well. Left out are lines whose names
no virtio path knows, of other threads than QEMU's, and the guest's timer and console as far as a line says so. Written and
checked by \`npx vitest run --project unit trace/conform-virtio-arm\`, which also swaps and drops lines, and holds traces
against other paths: all of those are refused.

`;

const MMIO_ON = virtioArmRun('A1-gicv2-blk-mmio-ioeventfd-on (kick)');
const MMIO_OFF = virtioArmRun('A1-gicv2-blk-mmio-ioeventfd-off (kick)');
const PCI_ON = virtioArmRun('A1-gicv3-blk-pci-ioeventfd-on (kick)');
const PCI_OFF = virtioArmRun('A1-gicv3-blk-pci-ioeventfd-off (kick)');

const found = new Map<string, Conformance>();

describe('a real Arm machine does what the model can do with a virtio disk', { timeout: 300_000 }, () => {
  it.each(VIRTIO_ARM_RUNS)('$path: $file', (run) => {
    const conformance = followedVirtioArm(run);
    expect(conformance.refusal).toBeNull();
    expect(conformance.verdict).toBe('included');
    expect(conformance.cycles).toBe(run.requests);
    expect(conformance.claimed).toBeGreaterThan(200);
    found.set(run.file, conformance);
  });

  it('docs/conformance-virtio-arm.md says what was found', async () => {
    const text = `${HEAD}${conformanceRows(VIRTIO_ARM_RUNS, found)}`;
    await expect(text).toMatchFileSnapshot('../../../docs/conformance-virtio-arm.md');
  });
});

const NOTIFY = /kvm_mmio: mmio write len \d gpa 0x(?:a003e50|8000003000) /;
const IRQ_HIGH = /kvm_irq_line: .*num: 79, level: 1/;
const IRQ_LOW = /kvm_irq_line: .*num: 79, level: 0/;
const STATUS_READ = /kvm_mmio: mmio unsatisfied-read len 4 gpa 0xa003e60/;
const ACKNOWLEDGED = /kvm_mmio: mmio write len 4 gpa 0xa003e64/;
const PENDING = /vgic_its_inject_cached_translation <-/;

describe('an effect before its cause is refused', { timeout: 300_000 }, () => {
  it.each<[string, VirtioRun, RegExp, RegExp]>([
    ['the notification, then the eventfd', MMIO_ON, NOTIFY, /ioeventfd_write <-/],
    ['the eventfd, then its reader', PCI_ON, /eventfd_signal_mask <-/, /eventfd_read <-/],
    ['the disk, then the line', MMIO_OFF, /worker.*eventfd_write <-/, IRQ_HIGH],
    ['the line, then the status read', MMIO_OFF, IRQ_HIGH, STATUS_READ],
    ['the status, then the acknowledge', MMIO_ON, STATUS_READ, ACKNOWLEDGED],
    ['the acknowledge, then the line', MMIO_ON, ACKNOWLEDGED, IRQ_LOW],
    ['the eventfd, then the irqfd', PCI_ON, /qemu.*eventfd_write <-/, /irqfd_wakeup <-/],
    ['the irqfd, then the LPI', PCI_ON, /irqfd_wakeup <-/, PENDING],
    ['the ioctl, then the LPI', PCI_OFF, /kvm_send_userspace_msi <-/, PENDING],
  ])('%s', (_, run, cause, effect) => {
    const spoilt = withEffectFirst(virtioArmText(run), cause, effect);
    expect(spoilt).not.toBeNull();
    expect(followedVirtioArm(run, spoilt ?? '').verdict).toBe('refused');
  });
});

/** Lines that no request does without. */
const NEEDED: readonly (readonly [VirtioRun, RegExp])[] = [
  [MMIO_ON, NOTIFY],
  [MMIO_ON, STATUS_READ],
  [MMIO_ON, ACKNOWLEDGED],
  [MMIO_ON, IRQ_HIGH],
  [MMIO_OFF, IRQ_LOW],
  [MMIO_OFF, /KVM_EXIT_MMIO/],
  [PCI_ON, /irqfd_wakeup <-/],
  [PCI_OFF, /kvm_send_userspace_msi <-/],
];

describe('a line that is missing is missed', { timeout: 300_000 }, () => {
  const drops = NEEDED.map(([run, kind]) => ({ run, kind, file: run.file, what: String(kind) }));

  it.each(drops)('$file: $what', ({ run, kind }) => {
    const spoilt = withoutFirst(virtioArmText(run), kind);
    expect(spoilt).not.toBeNull();
    expect(followedVirtioArm(run, spoilt ?? '').verdict).toBe('refused');
  });
});

describe('a trace of one path is no run of another', { timeout: 300_000 }, () => {
  it.each<[string, VirtioRun, Partial<VirtioRun>]>([
    ['mmio, on', MMIO_ON, { path: 'virtio/notify-sync' }],
    ['mmio, on', MMIO_ON, { settings: { arch: 'arm', gic: '3' } }],
    ['mmio, off', MMIO_OFF, { path: 'virtio/notify-ioeventfd' }],
    ['PCI, on', PCI_ON, { path: 'virtio/notify-sync' }],
    ['PCI, on', PCI_ON, { settings: { arch: 'arm', transport: 'mmio' } }],
    ['PCI, off', PCI_OFF, { path: 'virtio/notify-ioeventfd' }],
  ])('%s', (_, run, other) => {
    expect(followedVirtioArm(run, virtioArmText(run), other).verdict).toBe('refused');
  });
});

describe('the numbers of a device in a trace', () => {
  it('are those of the transport, or of the device on PCI, that is notified first', () => {
    const bindingOf = (text: string): ReturnType<typeof VIRTIO_ARM_ALPHABET.findBinding> =>
      VIRTIO_ARM_ALPHABET.findBinding(readEvents(text));
    expect(bindingOf(virtioArmText(MMIO_ON)).pages.slice(2)).toEqual([0xa00_3e50, 0xa00_3e60, 0xa00_3e64]);
    expect(bindingOf(virtioArmText(PCI_ON)).pages.slice(0, 2)).toEqual([0x80_0000_3000, 0x80_0000_1000]);
    const moved = virtioArmText(MMIO_ON).replaceAll('0xa003e', '0xa003c').replaceAll('num: 79,', 'num: 78,');
    expect(bindingOf(moved)).toMatchObject({ intids: [78, 36, 80] });
  });
});
