import type { TraceEvent } from './trace-event.ts';

interface Thread {
  inGuest: boolean | null;
}

/**
 * Looks for lines that stand where they cannot: time running backward on a CPU, a vCPU that enters the guest it is
 * already in, a handler that returns without having been called. In a trace as the kernel wrote it there are none,
 * but for lost events.
 */
export class OrderChecker {
  readonly #names = new Set<string>();
  #checks = 0;
  #faults = 0;
  #firstFault: string | null = null;
  readonly #lastNs = new Map<number, number>();
  readonly #threads = new Map<number, Thread>();
  /** Interrupts whose handler runs, by CPU. */
  readonly #handlers = new Map<number, number[]>();

  see(event: TraceEvent): void {
    const { timeNs, cpu, task, name, line } = event;
    if (timeNs !== null && cpu >= 0) {
      const last = this.#lastNs.get(cpu);
      if (last !== undefined) this.#count(timeNs >= last, `line ${line}: time runs backward on CPU ${cpu}`);
      this.#lastNs.set(cpu, timeNs);
    }
    if (task === null) return;
    if (name === 'kvm:kvm_entry') this.#enter(task.pid, true, line);
    else if (name === 'kvm:kvm_exit') this.#enter(task.pid, false, line);
    else if (name === 'irq:irq_handler_entry')
      this.#handlersOf(cpu).push(Number.parseInt(event.args.slice(4)));
    else if (name === 'irq:irq_handler_exit') {
      const handlers = this.#handlersOf(cpu);
      const irq = Number.parseInt(event.args.slice(4));
      const at = handlers.lastIndexOf(irq);
      if (handlers.length > 0 || at >= 0) {
        this.#count(at >= 0, `line ${line}: the handler of interrupt ${irq} returns, but was not called`);
      }
      handlers.length = Math.max(0, at);
    }
  }

  /** Share of the checks that went well, 1 if there was nothing to check. */
  get share(): number {
    return this.#checks === 0 ? 1 : 1 - this.#faults / this.#checks;
  }

  /** What is wrong, in words; null if nothing is. */
  get complaint(): string | null {
    if (this.#firstFault === null) return null;
    return `${this.#faults} of ${this.#checks} lines stand where they cannot; the first: ${this.#firstFault}`;
  }

  #enter(pid: number, inGuest: boolean, line: number): void {
    let thread = this.#threads.get(pid);
    if (thread === undefined) {
      thread = { inGuest: null };
      this.#threads.set(pid, thread);
    }
    this.#names.add(inGuest ? 'entry' : 'exit');
    // A trace may have one of the two only.
    if (thread.inGuest !== null && this.#names.size === 2) {
      const what = inGuest ? 'enters the guest that it is in' : 'leaves the guest that it is not in';
      this.#count(thread.inGuest !== inGuest, `line ${line}: thread ${pid} ${what}`);
    }
    thread.inGuest = inGuest;
  }

  #handlersOf(cpu: number): number[] {
    let handlers = this.#handlers.get(cpu);
    if (handlers === undefined) {
      handlers = [];
      this.#handlers.set(cpu, handlers);
    }
    return handlers;
  }

  #count(good: boolean, fault: string): void {
    this.#checks++;
    if (good) return;
    this.#faults++;
    this.#firstFault ??= fault;
  }
}
