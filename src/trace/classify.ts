import type { Ending, Injection, TraceCycle } from './trace-cycle.ts';

/** The kind of handler that a VFIO driver has on the host. */
export type HandlerKind = 'vfio-intx' | 'vfio-msi' | 'vfio-irq';

/** What one cycle shows: its path, and each thing that it was told from. */
export interface CycleVerdict {
  /** Null if the cycle does not show which path it took. */
  readonly path: string | null;
  /** 0 to 1: how much of the path is in it. */
  readonly score: number;
  readonly why: readonly { readonly line: number; readonly text: string }[];
}

/** Which path a cycle of a host's interrupt took. */
export function classifyCycle(kind: HandlerKind, cycle: TraceCycle): CycleVerdict {
  const { injection, ending } = cycle;
  if (injection === null) return { path: null, score: 0, why: [] };
  const path = pathOf(kind, injection, ending?.how ?? null);
  const why = [
    { line: cycle.line, text: triggerText(kind, cycle) },
    { line: injection.line, text: injectionText(injection) },
    ...(ending === null ? [] : [{ line: ending.line, text: ENDINGS[ending.how] }]),
  ];
  return { path, score: endsAsItShould(path, ending?.how ?? null), why };
}

const PATHS: Readonly<Record<HandlerKind, readonly [inKernel: string, inQemu: string]>> = {
  'vfio-intx': ['vfio-pci/intx-irqfd', 'vfio-pci/intx-userspace'],
  'vfio-msi': ['vfio-pci/msi-irqfd', 'vfio-pci/msi-userspace'],
  'vfio-irq': ['vfio-platform/irqfd', 'vfio-platform/userspace'],
};

function pathOf(kind: HandlerKind, injection: Injection, ending: Ending | null): string {
  const [inKernel, inQemu] = PATHS[kind];
  if (injection.by === 'QEMU thread' || injection.by === 'vCPU thread') return inQemu;
  const split = injection.levelMessage || ending === 'ioapic-eoi';
  return split && kind === 'vfio-intx' ? 'vfio-pci/intx-split' : inKernel;
}

/** A path whose end is another path's end is doubtful; no end at all is an edge, or lies behind the end of the trace. */
function endsAsItShould(path: string, ending: Ending | null): number {
  if (ending === null) return 0.9;
  if (path.endsWith('userspace')) return ending === 'access' ? 1 : 0.3;
  if (path === 'vfio-pci/intx-split') return ending === 'ioapic-eoi' ? 1 : 0.6;
  return ending === 'resampler' ? 1 : 0.4;
}

function triggerText(kind: HandlerKind, { trigger }: TraceCycle): string {
  return trigger === 'host interrupt'
    ? `the host's handler (${kind}) ran`
    : 'injected again without an interrupt of the host: the device still asserted';
}

function injectionText({ by, event, key, levelMessage }: Injection): string {
  const what = `${event} ${key}`;
  if (levelMessage) return `${what} as a level-triggered message, in the hard IRQ: an IOAPIC of QEMU's (split)`;
  switch (by) {
    case 'hard IRQ':
      return `${what} in the handler's own hard IRQ: irqfd, injected atomically`;
    case 'kworker':
      return `${what} in a kworker: irqfd_inject`;
    case 'vhost':
      return `${what} in a vhost worker: it signals the irqfd`;
    case 'QEMU thread':
      return `${what} in a thread of QEMU, after the handler was left: QEMU read the eventfd and raised it`;
    case 'vCPU thread':
      return `${what} in a vCPU thread of QEMU, outside of the guest: QEMU raised it`;
  }
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  resampler: 'kvm_ack_irq, then the line low in the vCPU thread: the irqfd resampler ended it',
  access: 'the line low from a vCPU thread of QEMU, or VFIO unmasked there: an access of the guest ended it',
  'ioapic-eoi': 'KVM_EXIT_IOAPIC_EOI: the end of interrupt went to an IOAPIC of QEMU',
};
