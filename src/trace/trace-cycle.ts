import type { TraceEvent } from './trace-event.ts';

/** Who handed an interrupt to the guest's interrupt controller. */
export type Injector = 'hard IRQ' | 'kworker' | 'vhost' | 'QEMU thread' | 'vCPU thread' | 'unnamed thread';

/** What ended an interrupt. */
export type Ending = 'resampler' | 'access' | 'ioapic-eoi';

/** One event of a cycle, and where it happened. */
export interface CycleEvent {
  /** `hard IRQ`, `kworker`, `vhost`, `vCPU 0`, `QEMU`, or the name of another thread. */
  readonly context: string;
  /** The event and what tells it from others of its name, e.g. `kvm_set_irq level 1`. */
  readonly label: string;
  readonly event: TraceEvent;
}

/** How an interrupt got to the guest's interrupt controller. */
export interface Injection {
  readonly by: Injector;
  /** The event that shows it, e.g. `kvm_msi_set_irq`, and what is raised: `gsi 21`, `INTID 144`, `vector 37`. */
  readonly event: string;
  readonly key: string;
  /** A message that is level-triggered: the split interrupt controller's way of raising a line. */
  readonly levelMessage: boolean;
  /** KVM was told with a source id of its own for irqfds with a resampler. */
  readonly resampleSource: boolean;
  /** The system call it was done in: `KVM_SIGNAL_MSI`, `write`, or `irqfd` if that is seen; empty if not recorded. */
  readonly via: string;
  readonly line: number;
}

/** A doorbell that the guest rang. */
export interface Kick {
  /** `sync`: QEMU did the work before the guest went on. `signalled`: KVM signalled an eventfd and went on. */
  how: 'sync' | 'signalled' | null;
  /** Who answered the eventfd. */
  by: 'vhost' | 'IOThread' | 'main loop' | null;
  line: number;
}

/** One interrupt: from the host's handler, or the eventfd being signalled again, until the next one begins. */
export interface TraceCycle {
  readonly trigger: 'host interrupt' | 'signalled again' | 'kick' | 'injection';
  readonly line: number;
  readonly startNs: number | null;
  hostInterrupts: number;
  injection: Injection | null;
  kick: Kick | null;
  /** A kworker lowered the line at once after it had raised it. */
  isPulse: boolean;
  /** What lowered the line was a read of a virtio device's interrupt status, or a write of its acknowledge register. */
  isVirtioAcknowledge: boolean;
  /** When the guest was entered with it. */
  deliveredNs: number | null;
  ending: { readonly how: Ending; readonly line: number } | null;
  /** The guest is done with it: later accesses are not its own. */
  done: boolean;
  exits: number;
  readonly events: CycleEvent[];
}

/** More events of one cycle are not kept: a storm has thousands. */
export const MOST_CYCLE_EVENTS = 300;

export function newCycle(trigger: TraceCycle['trigger'], { line, timeNs }: TraceEvent): TraceCycle {
  return {
    trigger,
    line,
    startNs: timeNs,
    hostInterrupts: 0,
    injection: null,
    kick: null,
    isPulse: false,
    isVirtioAcknowledge: false,
    deliveredNs: null,
    ending: null,
    done: false,
    exits: 0,
    events: [],
  };
}

export function addEvent(cycle: TraceCycle, context: string, label: string, event: TraceEvent): void {
  if (cycle.events.length < MOST_CYCLE_EVENTS) cycle.events.push({ context, label, event });
}
