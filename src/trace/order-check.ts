import { inHardIrq } from './trace-event.ts';
import type { TraceEvent } from './trace-event.ts';

/** What a vCPU thread does in the host only. */
const OUTSIDE_OF_THE_GUEST: ReadonlySet<string> = new Set([
  'kvm:kvm_inj_virq',
  'kvm:kvm_mmio',
  'kvm:kvm_pio',
  'kvm:kvm_emulate_insn',
  'kvm:kvm_userspace_exit',
  'kvm:kvm_vcpu_wakeup',
  'kvm:kvm_irq_line',
  'kvm:kvm_wfx_arm64',
  'syscalls:sys_enter_ioctl',
  'syscalls:sys_enter_read',
  'syscalls:sys_enter_write',
]);

/**
 * Looks for lines that stand where they cannot: time running backward on a CPU, a vCPU that enters the guest it is
 * already in, what only the host does while it is in the guest, a handler that returns without having been called. In
 * a trace as the kernel wrote it there are none, but for lost events.
 */
export class OrderChecker {
  #checks = 0;
  #faults = 0;
  #firstFault: string | null = null;
  /** By CPU, nanoseconds of its last line. */
  readonly #lastNs: number[] = [];
  /** By thread, whether it is in the guest. */
  readonly #inGuest = new Map<number, boolean>();
  /** Interrupts whose handler runs, by CPU. */
  readonly #handlers = new Map<number, number[]>();
  /** A trace may have only one of the two. */
  #hasEntries = false;
  #hasExits = false;

  see(event: TraceEvent): void {
    const { timeNs, cpu, task, name } = event;
    if (timeNs !== null && cpu >= 0) {
      const last = this.#lastNs[cpu];
      if (last !== undefined) {
        this.#checks++;
        if (timeNs < last) this.#fault(event, `time runs backward on CPU ${cpu}`);
      }
      this.#lastNs[cpu] = timeNs;
    }
    if (task === null) return;
    if (name === 'kvm:kvm_entry') this.#cross(event, task.pid, true);
    else if (name === 'kvm:kvm_exit') this.#cross(event, task.pid, false);
    else if (name === 'irq:irq_handler_entry') {
      this.#handlersOf(cpu).push(Number.parseInt(event.args.slice(4)));
    } else if (name === 'irq:irq_handler_exit') this.#return(event);
    else if (OUTSIDE_OF_THE_GUEST.has(name)) this.#outside(event, task.pid);
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

  #cross(event: TraceEvent, pid: number, enters: boolean): void {
    if (enters) this.#hasEntries = true;
    else this.#hasExits = true;
    const inGuest = this.#inGuest.get(pid);
    this.#inGuest.set(pid, enters);
    if (inGuest === undefined || !this.#hasBoth) return;
    this.#checks++;
    if (inGuest !== enters) return;
    const what = enters ? 'enters the guest that it is in' : 'leaves the guest that it is not in';
    this.#fault(event, `thread ${pid} ${what}`);
  }

  #outside(event: TraceEvent, pid: number): void {
    if (!this.#hasBoth) return;
    this.#checks++;
    if (this.#inGuest.get(pid) === true && !inHardIrq(event.flags)) {
      this.#fault(event, `${event.name} in a thread that is in the guest`);
    }
  }

  #return(event: TraceEvent): void {
    const handlers = this.#handlersOf(event.cpu);
    const irq = Number.parseInt(event.args.slice(4));
    const at = handlers.lastIndexOf(irq);
    // What was called before the trace began returns in it.
    if (handlers.length > 0) {
      this.#checks++;
      if (at < 0) this.#fault(event, `the handler of interrupt ${irq} returns, but was not called`);
    }
    handlers.length = Math.max(0, at);
  }

  get #hasBoth(): boolean {
    return this.#hasEntries && this.#hasExits;
  }

  #handlersOf(cpu: number): number[] {
    let handlers = this.#handlers.get(cpu);
    if (handlers === undefined) {
      handlers = [];
      this.#handlers.set(cpu, handlers);
    }
    return handlers;
  }

  #fault({ line }: TraceEvent, what: string): void {
    this.#faults++;
    this.#firstFault ??= `line ${line}: ${what}`;
  }
}
