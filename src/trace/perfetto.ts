import { shortName } from './line-change.ts';
import type { TraceEvent } from './trace-event.ts';
import { inHardIrq } from './trace-event.ts';
import { exitLabel } from './vcpu-span.ts';

const CPUS = 1;
const THREADS = 2;

/**
 * Writes a trace in the format of Chrome's trace viewer, which Perfetto reads: a track for the hard IRQs of each CPU
 * and one for each thread, with slices for handlers and for the guest, and every event as an instant. Where a trace has
 * no times its events are a microsecond apart.
 */
export class PerfettoExporter {
  readonly #write: (text: string) => void;
  readonly #named = new Set<string>();
  readonly #open = new Map<string, number>();
  #timeUs = 0;
  #written = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  event(event: TraceEvent): void {
    const { name, args, cpu, task, timeNs, flags } = event;
    this.#timeUs = timeNs === null ? this.#timeUs + 1 : timeNs / 1000;
    const isHandler = name === 'irq:irq_handler_entry' || name === 'irq:irq_handler_exit';
    const [pid, tid] = isHandler || inHardIrq(flags) ? [CPUS, cpu] : [THREADS, task?.pid ?? 0];
    this.#name(pid, tid, pid === CPUS ? `hard IRQ of CPU ${cpu}` : (task?.comm ?? ''));
    switch (name) {
      case 'irq:irq_handler_entry':
        this.#begin(pid, tid, /(?:name|handler)=(.*)$/.exec(args)?.[1] ?? 'handler');
        return;
      case 'kvm:kvm_entry':
        this.#begin(pid, tid, 'guest');
        return;
      case 'irq:irq_handler_exit':
        this.#end(pid, tid);
        return;
      case 'kvm:kvm_exit':
        this.#end(pid, tid);
        this.#instant(pid, tid, exitLabel(args), args);
        return;
      default:
        this.#instant(pid, tid, shortName(event), args);
    }
  }

  /** The trace is over. */
  end(): void {
    for (const [track, depth] of this.#open) {
      const [pid = 0, tid = 0] = track.split(':').map(Number);
      for (let i = 0; i < depth; i++) this.#record({ ph: 'E', pid, tid, ts: this.#timeUs });
    }
    this.#write(this.#written === 0 ? '{"traceEvents":[]}\n' : '\n]}\n');
  }

  #begin(pid: number, tid: number, name: string): void {
    const track = `${pid}:${tid}`;
    this.#open.set(track, (this.#open.get(track) ?? 0) + 1);
    this.#record({ ph: 'B', name, pid, tid, ts: this.#timeUs });
  }

  #end(pid: number, tid: number): void {
    const track = `${pid}:${tid}`;
    const depth = this.#open.get(track) ?? 0;
    // What began before the trace did has no beginning in it.
    if (depth === 0) return;
    this.#open.set(track, depth - 1);
    this.#record({ ph: 'E', pid, tid, ts: this.#timeUs });
  }

  #instant(pid: number, tid: number, name: string, args: string): void {
    this.#record({ ph: 'i', s: 't', name, pid, tid, ts: this.#timeUs, args: { text: args } });
  }

  #name(pid: number, tid: number, name: string): void {
    const track = `${pid}:${tid}`;
    if (this.#named.has(track)) return;
    this.#named.add(track);
    if (!this.#named.has(`${pid}`)) {
      this.#named.add(`${pid}`);
      const group = pid === CPUS ? 'CPUs' : 'threads';
      this.#record({ ph: 'M', name: 'process_name', pid, args: { name: group } });
    }
    this.#record({ ph: 'M', name: 'thread_name', pid, tid, args: { name } });
  }

  #record(record: Readonly<Record<string, unknown>>): void {
    this.#write(`${this.#written++ === 0 ? '{"traceEvents":[\n' : ',\n'}${JSON.stringify(record)}`);
  }
}
