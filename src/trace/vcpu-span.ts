import { addEvent } from './trace-cycle.ts';
import type { TraceCycle } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** An event, and what it is called in a shape. */
interface Labelled {
  readonly event: TraceEvent;
  readonly label: string;
}

/** So many events are kept of a span before it is known whose it is. */
const MOST_PRELUDE = 6;

/**
 * What a vCPU thread does from one entry of the guest to the next, the exit between them included. A span belongs to
 * the interrupts that something in it is about. On Arm a part of it is printed before the line of the exit
 * (`kvm_vgic_sync_hwstate` comes first).
 */
export class VcpuSpan {
  exit: Labelled | null = null;
  /** The page that the guest accessed, if the exit is an access. */
  page: number | null = null;
  /** The guest reads a virtio device's interrupt status, or writes its acknowledge register. */
  isVirtioAcknowledge = false;
  readonly #prelude: Labelled[] = [];
  readonly #cycles: TraceCycle[] = [];

  /** The exit of this span. Spans that are owned already count it now. */
  leave(event: TraceEvent, label: string, context: string): void {
    this.exit = { event, label };
    for (const cycle of this.#cycles) {
      addEvent(cycle, context, label, event);
      if (!isIdle(label)) cycle.exits++;
    }
  }

  /** An event that is part of whatever the span turns out to be. */
  note(event: TraceEvent, label: string, context: string): void {
    if (this.#cycles.length > 0) {
      for (const cycle of this.#cycles) addEvent(cycle, context, label, event);
    } else if (this.#prelude.length < MOST_PRELUDE) this.#prelude.push({ event, label });
  }

  /** Says that this span is about an interrupt. */
  own(cycle: TraceCycle, context: string): void {
    if (this.#cycles.includes(cycle)) return;
    this.#cycles.push(cycle);
    const { exit } = this;
    if (exit !== null) {
      addEvent(cycle, context, exit.label, exit.event);
      if (!isIdle(exit.label)) cycle.exits++;
    }
    for (const { event, label } of this.#prelude) addEvent(cycle, context, label, event);
    this.#prelude.length = 0;
  }

  /** The guest is entered: the span is over. */
  enter(event: TraceEvent, context: string): void {
    for (const cycle of this.#cycles) addEvent(cycle, context, 'kvm_entry', event);
    this.exit = null;
    this.page = null;
    this.isVirtioAcknowledge = false;
    this.#prelude.length = 0;
    this.#cycles.length = 0;
  }
}

/** How a guest that has nothing to do leaves; it would have left without the interrupt as well. */
export function isIdle(label: string): boolean {
  return /^kvm_exit (?:hlt|HLT|WFx)$/.test(label);
}

/** `kvm_exit` and its reason: of Arm the exception class, or the type of an exit that is none. */
export function exitLabel(args: string): string {
  const reason = /reason (\S+)/.exec(args)?.[1];
  if (reason !== undefined) return `kvm_exit ${reason}`;
  const [, type = '', exceptionClass = ''] = /^(?:(\w+): )?HSR_EC: \w+ \((\w+)\)/.exec(args) ?? [];
  const name = type === 'IRQ' || exceptionClass === '' ? type : exceptionClass;
  return name === '' ? 'kvm_exit' : `kvm_exit ${name}`;
}
