import type { Ending, Injection, Injector, Kick, TraceCycle } from './trace-cycle.ts';

/** What kind of source a cycle is of: a handler that VFIO has on the host, or something that has none. */
export type SourceKind = 'vfio-intx' | 'vfio-msi' | 'vfio-irq' | 'irqfd' | 'kick' | 'call';

/** What one cycle shows: its path, and each thing that it was told from. */
export interface CycleVerdict {
  /** Null if the cycle does not show which path it took. */
  readonly path: string | null;
  /** 0 to 1: how much of the path is in it. */
  readonly score: number;
  readonly why: readonly { readonly line: number; readonly text: string }[];
}

const NOT_TOLD: CycleVerdict = { path: null, score: 0, why: [] };

/** Which path a cycle took. */
export function classifyCycle(kind: SourceKind, cycle: TraceCycle): CycleVerdict {
  const { injection, ending, kick } = cycle;
  if (kind === 'kick') return kick === null ? NOT_TOLD : classifyKick(kick);
  if (injection === null) return NOT_TOLD;
  if (kind === 'call') return classifyCall(cycle, injection);
  if (kind === 'irqfd') return classifyPulse(cycle, injection);
  const path = vfioPath(kind, injection, ending?.how ?? null);
  if (path === null) return NOT_TOLD;
  const why = [
    { line: cycle.line, text: triggerText(kind, cycle) },
    { line: injection.line, text: injectionText(injection) },
    ...(ending === null ? [] : [{ line: ending.line, text: ENDINGS[ending.how] }]),
  ];
  return { path, score: endsAsItShould(path, ending?.how ?? null), why };
}

const PATHS = {
  'vfio-intx': ['vfio-pci/intx-irqfd', 'vfio-pci/intx-userspace'],
  'vfio-msi': ['vfio-pci/msi-irqfd', 'vfio-pci/msi-userspace'],
  'vfio-irq': ['vfio-platform/irqfd', 'vfio-platform/userspace'],
} as const;

const INJECTED_BY_QEMU: readonly Injector[] = ['QEMU thread', 'vCPU thread'];

function vfioPath(
  kind: 'vfio-intx' | 'vfio-msi' | 'vfio-irq',
  { by, levelMessage }: Injection,
  ending: Ending | null,
): string | null {
  const [inKernel, inQemu] = PATHS[kind];
  if (INJECTED_BY_QEMU.includes(by)) return inQemu;
  if (by !== 'hard IRQ' && by !== 'kworker') return null;
  const split = levelMessage || ending === 'ioapic-eoi';
  return split && kind === 'vfio-intx' ? 'vfio-pci/intx-split' : inKernel;
}

/** A path whose end is another path's end is doubtful; no end at all is an edge, or lies behind the end of the trace. */
function endsAsItShould(path: string, ending: Ending | null): number {
  if (path.includes('/msi-')) return 1;
  if (ending === null) return 0.9;
  if (path.endsWith('userspace')) return ending === 'access' ? 1 : 0.3;
  if (path === 'vfio-pci/intx-split') return ending === 'ioapic-eoi' ? 1 : 0.6;
  return ending === 'resampler' ? 1 : 0.4;
}

function triggerText(kind: SourceKind, { trigger }: TraceCycle): string {
  return trigger === 'host interrupt'
    ? `the host's handler (${kind}) ran`
    : 'injected again without an interrupt of the host: the device still asserted, or QEMU had it pending';
}

const BY: Readonly<Record<Injector, string>> = {
  'hard IRQ': "in the handler's own hard IRQ: irqfd, injected atomically",
  kworker: 'in a kworker: irqfd_inject',
  vhost: 'in a vhost worker, which signals the irqfd',
  'QEMU thread': 'in a thread of QEMU, after the handler was left: QEMU read the eventfd and raised it',
  'vCPU thread': 'in a vCPU thread of QEMU, outside of the guest: QEMU raised it',
  'unnamed thread': 'in a thread whose name is not in the trace',
};

function injectionText({ by, event, key, levelMessage, via }: Injection): string {
  if (via === 'KVM_INTERRUPT') {
    return `KVM_INTERRUPT, then ${event} ${key}: the interrupt controller is QEMU's own`;
  }
  return levelMessage && by === 'hard IRQ'
    ? `${event} ${key} as a level-triggered message in the hard IRQ: the route of an IOAPIC of QEMU's (split)`
    : `${event} ${key} ${BY[by]}`;
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  resampler: 'kvm_ack_irq, then the line low in the vCPU thread: the irqfd resampler ended it',
  access: 'the line low from a vCPU thread of QEMU, or VFIO unmasked there: an access of the guest ended it',
  'ioapic-eoi': 'KVM_EXIT_IOAPIC_EOI: the end of interrupt went to an IOAPIC of QEMU',
};

function classifyPulse({ isPulse }: TraceCycle, injection: Injection): CycleVerdict {
  if (!isPulse) return NOT_TOLD;
  const text = `${injection.event} ${injection.key} high and at once low in a kworker: irqfd_inject without a resampler`;
  return { path: 'irqfd/level-pulse', score: 1, why: [{ line: injection.line, text }] };
}

function classifyKick({ how, by, line }: Kick): CycleVerdict {
  const verdict = (path: string, text: string): CycleVerdict => ({ path, score: 1, why: [{ line, text }] });
  if (how === 'sync') {
    return verdict('virtio/notify-sync', 'the write of the doorbell went to QEMU (kvm_userspace_exit)');
  }
  if (how === null || by === null) return NOT_TOLD;
  const signalled = 'the write of the doorbell stayed in KVM (ioeventfd), and';
  switch (by) {
    case 'vhost':
      return verdict('virtio/notify-vhost', `${signalled} a vhost worker was woken`);
    case 'IOThread':
      return verdict('virtio/notify-iothread', `${signalled} an IOThread of QEMU read the eventfd`);
    case 'main loop':
      return verdict('virtio/notify-ioeventfd', `${signalled} QEMU's main loop read the eventfd`);
  }
}

function classifyCall({ isVirtioAcknowledge }: TraceCycle, injection: Injection): CycleVerdict {
  const { by, event, key, via, line } = injection;
  const verdict = (path: string, text: string): CycleVerdict => ({
    path,
    score: 1,
    why: [{ line, text: `${event} ${key} ${text}` }],
  });
  if (!key.startsWith('vector')) {
    return isVirtioAcknowledge
      ? verdict('virtio/call-intx', 'by QEMU, low again when the guest read the status or wrote InterruptACK')
      : NOT_TOLD;
  }
  if (by === 'vhost') return verdict('virtio/call-irqfd', BY.vhost);
  if (via === 'write') return verdict('virtio/call-irqfd', 'inside a write() of a thread of QEMU: irqfd');
  if (via === 'irqfd') {
    return verdict('virtio/call-irqfd', 'inside a write of a thread of QEMU (irqfd_wakeup): irqfd');
  }
  if (via === 'KVM_SIGNAL_MSI') return verdict('virtio/call-userspace', 'by ioctl KVM_SIGNAL_MSI');
  return NOT_TOLD;
}
