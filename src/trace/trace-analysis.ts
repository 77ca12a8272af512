import { detached } from '../base/detached.ts';
import { FormatChecker, isForged } from './known-formats.ts';
import { KernelTracker } from './kernel-tracker.ts';
import { OrderChecker } from './order-check.ts';
import { PostedInterrupts } from './posted-interrupts.ts';
import { QemuVfio } from './qemu-vfio.ts';
import { QemuVirtio } from './qemu-virtio.ts';
import { reportLogged, reportSource } from './report-source.ts';
import type { Reliability } from './report-source.ts';
import type { TraceEvent, TraceSink, UnreadableLine } from './trace-event.ts';
import { TraceReader } from './trace-reader.ts';
import type { BackgroundInterrupt, TraceReport } from './trace-report.ts';

/** So many lines that cannot be read are listed. */
const MOST_UNPARSED = 20;
/** Of a line that cannot be read no more is kept. */
const LONGEST_TEXT = 200;

/** A part of a trace. */
export interface LineRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * Finds the sources of interrupts in a trace and the path that each takes. Push pieces of the text, cut anywhere, then
 * ask for the report: what is kept grows with the number of sources, not with the trace.
 */
export class TraceAnalysis {
  readonly #reader: TraceReader;
  readonly #kernel = new KernelTracker();
  readonly #posted = new PostedInterrupts();
  readonly #qemuVfio = new QemuVfio();
  readonly #qemuVirtio = new QemuVirtio();
  readonly #formats = new FormatChecker();
  readonly #order = new OrderChecker();
  readonly #unparsed: UnreadableLine[] = [];
  #unparsedCount = 0;
  #events = 0;
  #ofQemu = 0;
  #exits = 0;

  /** `alsoTo` is given every event as well, e.g. an exporter; of `lines` only those count, from 1 and both included. */
  constructor(alsoTo: Partial<TraceSink> = {}, lines: LineRange = {}) {
    const { from = 1, to = Infinity } = lines;
    this.#reader = new TraceReader({
      event: (event) => {
        if (event.line < from || event.line > to) return;
        this.#see(event);
        alsoTo.event?.(event);
      },
      unreadable: (line) => {
        if (line.line < from || line.line > to) return;
        this.#unparsedCount++;
        if (this.#unparsed.length < MOST_UNPARSED) {
          this.#unparsed.push({ ...line, text: detached(line.text.slice(0, LONGEST_TEXT)) });
        }
        alsoTo.unreadable?.(line);
      },
    });
  }

  /** Takes the next piece of the text. */
  push(piece: string): void {
    this.#reader.push(piece);
  }

  /** Lines seen so far. */
  get lines(): number {
    return this.#reader.lines;
  }

  /** The text is over: what it shows. Call it once. */
  end(): TraceReport {
    this.#reader.end();
    this.#kernel.end();
    const formatCheck = this.#formats.result();
    const found = [...this.#kernel.all()];
    const logged = [...this.#qemuVfio.sources(), ...this.#qemuVirtio.sources(), ...this.#posted.sources()];
    const reliability: Reliability = {
      share: isForged(formatCheck) ? 0 : this.#order.share ** 4,
      hasExits: this.#exits > 0,
      hasVirtio: found.some(({ kind }) => kind === 'kick') || logged.some(({ leg }) => leg === 'kick'),
    };
    const sources = [
      ...found.flatMap((source) => reportSource(source, reliability)),
      ...logged.map((source) => reportLogged(source, reliability)),
    ];
    return {
      format: this.#reader.format,
      lines: this.#reader.lines,
      events: this.#events,
      unparsed: this.#unparsed,
      unparsedCount: this.#unparsedCount,
      formatCheck,
      warnings: this.#warnings(formatCheck.foreign > 0 ? isForged(formatCheck) : false, sources.length),
      sources,
      background: this.#background(),
    };
  }

  #see(event: TraceEvent): void {
    this.#events++;
    if (event.name.startsWith('qemu:')) {
      this.#ofQemu++;
      this.#qemuVfio.see(event);
      this.#qemuVirtio.see(event);
      return;
    }
    this.#formats.see(event);
    this.#order.see(event);
    this.#kernel.see(event);
    if (event.name === 'kvm:kvm_exit') this.#exits++;
    else if (event.name === 'kvm:kvm_pi_irte_update') this.#posted.see(event);
  }

  #warnings(isInvented: boolean, sources: number): string[] {
    const { checked, foreign } = this.#formats.result();
    const { complaint } = this.#order;
    return [
      ...(this.#reader.isStatistics
        ? ['this is what perf kvm stat prints: counts of exits, and no events that a path could be told from']
        : []),
      ...(isInvented
        ? [
            `${foreign} of ${checked} lines have texts that no kernel prints: this is no genuine trace, or it was edited`,
          ]
        : []),
      ...(complaint === null ? [] : [complaint]),
      ...(this.#events > 0 && this.#ofQemu === this.#events
        ? [
            'a log of QEMU shows what passes through QEMU; of irqfds, vhost and posted interrupts only how they were set up',
          ]
        : []),
      ...(this.#unparsedCount > this.#events
        ? [`${this.#unparsedCount} lines could not be read, more than could`]
        : []),
      ...(this.#events > 0 && sources === 0
        ? ['no interrupt source was found: no handler of VFIO (irq:irq_handler_entry), no irqfd, no doorbell']
        : []),
    ];
  }

  #background(): BackgroundInterrupt[] {
    const { others, lowered } = this.#kernel.state.guest;
    const own = new Set([...this.#kernel.all()].map(({ key }) => key));
    const all = [
      ...others.values(),
      ...[...lowered.values()].filter(({ key }) => !others.has(key) && !own.has(key)),
    ];
    return all.map(({ key, count, by, firstLine }) => ({ key, count, by: [...by], firstLine }));
  }
}
