import { numberAfter } from './event-numbers.ts';
import { hostSourceOf } from './interrupt-source.ts';
import type { InterruptSource } from './interrupt-source.ts';
import type { KernelState } from './kernel-state.ts';
import { lineChangeOf, messageKey } from './line-change.ts';
import { addEvent, newCycle } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** A handler that has not returned; null: not of VFIO. */
interface RunningHandler {
  readonly irq: number;
  readonly source: InterruptSource | null;
}

/** Handlers nest a few deep; more means that lines are missing. */
const DEEPEST = 8;

/** Follows the handlers of host interrupts, and what happens inside those of VFIO. */
export class HandlerEvents {
  readonly #state: KernelState;
  /** By CPU, the innermost last. */
  readonly #running = new Map<number, RunningHandler[]>();
  readonly #inside: ReadonlyMap<string, (event: TraceEvent, source: InterruptSource) => void>;

  constructor(state: KernelState) {
    this.#state = state;
    this.#inside = new Map(Object.entries(this.#handlers()));
  }

  /** Whose handler runs on a CPU; null if none of VFIO's does. */
  source(cpu: number): InterruptSource | null {
    return this.#running.get(cpu)?.at(-1)?.source ?? null;
  }

  /** What happens inside a handler is done for its interrupt. */
  inside(event: TraceEvent, source: InterruptSource): void {
    this.#inside.get(event.name)?.(event, source);
  }

  enter(event: TraceEvent): void {
    const irq = Number.parseInt(event.args.slice(4));
    const found = hostSourceOf(event.args);
    let source: InterruptSource | null = null;
    if (found !== null) {
      source = this.#state.sources.get(found.key) ?? found;
      this.#state.sources.set(found.key, source);
      this.#trigger(source, event);
    }
    let running = this.#running.get(event.cpu);
    if (running === undefined) {
      running = [];
      this.#running.set(event.cpu, running);
    }
    running.push({ irq, source });
    if (running.length > DEEPEST) running.shift();
  }

  leave(event: TraceEvent): void {
    const running = this.#running.get(event.cpu) ?? [];
    const irq = Number.parseInt(event.args.slice(4));
    const at = running.findLastIndex((handler) => handler.irq === irq);
    const cycle = running[at]?.source?.cycle;
    if (cycle) addEvent(cycle, 'hard IRQ', 'irq_handler_exit', event);
    running.length = Math.max(0, at);
  }

  #trigger(source: InterruptSource, event: TraceEvent): void {
    // Messages and edges may come while the first of them waits; a line is masked until it has been handled.
    if (!source.isWaiting) source.begin(newCycle('host interrupt', event));
    if (source.cycle === null) return;
    source.cycle.hostInterrupts++;
    addEvent(source.cycle, 'hard IRQ', 'irq_handler_entry', event);
    this.#state.guest.wait(source);
  }

  #handlers(): Record<string, (event: TraceEvent, source: InterruptSource) => void> {
    const inject = (
      event: TraceEvent,
      source: InterruptSource,
      key: string,
      resampleSource: boolean,
    ): void => {
      this.#state.guest.link(key, source);
      this.#state.inject(source, event, 'hard IRQ', key, resampleSource, 'hard IRQ');
    };
    const line = (event: TraceEvent, source: InterruptSource): void => {
      if (event.name === 'kvm:vgic_update_irq_pending') this.#state.isArm = true;
      const change = lineChangeOf(event, this.#state.isArm);
      if (change !== null && change.level > 0) inject(event, source, change.key, change.resampleSource);
    };
    const translated = (event: TraceEvent, source: InterruptSource): void => {
      this.#state.isArm = true;
      inject(event, source, `an LPI of ${source.key}`, false);
    };
    const accept = ({ args }: TraceEvent, source: InterruptSource): void => {
      const apic = numberAfter(args, 'apicid ', 16);
      this.#state.guest.linkVector(apic, numberAfter(args, 'vec '), source);
    };
    return {
      'kvm:kvm_set_irq': line,
      'kvm:vgic_update_irq_pending': line,
      'kvm:kvm_msi_set_irq': (event, source) => {
        inject(event, source, messageKey(event.args), false);
      },
      // A translated message has no trace point on Arm.
      'function:vgic_its_inject_cached_translation': translated,
      'function:vgic_its_inject_msi': translated,
      'kvm:kvm_apic_accept_irq': accept,
      'kvm:kvm_apicv_accept_irq': accept,
    };
  }
}
