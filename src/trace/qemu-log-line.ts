import type { TraceEvent } from './trace-event.ts';

const THREAD_AND_TIME = /^ *(\d+)@(\d+)(?:\.(\d{1,9}))?[: ]([a-z][a-z0-9_]*)(?: |$)/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT(\d\d):(\d\d):(\d\d)\.(\d{1,9})Z? ([a-z][a-z0-9_]*)(?: |$)/;
/** Events of QEMU that say something about interrupts; without a time stamp only these are told from prose. */
const KNOWN =
  /^(?:vfio|virtio|virtqueue|kvm|ioapic|apic|memory_region|vhost|pci|msi|msix|gic|gicv3|x86|event_notifier)_[a-z0-9_]+(?: |$)/;

/**
 * Reads one line at a time of QEMU's `log` trace backend: `TID@SEC.USEC:event args` (up to QEMU 5.2, and with
 * `-msg timestamp=on` up to 10.0; QEMU docs/devel/tracing.rst), an ISO time stamp without a thread (from 10.1 on),
 * or nothing in front of the event (from 6.0 on).
 */
export class QemuLogLineReader {
  /** Whole seconds of the first time stamp: nanoseconds since 1970 do not fit into a number. */
  #zero: number | null = null;

  /** The event in a line; null if it does not begin like one. `qemu:` stands in front of its name. */
  read(text: string, line: number): TraceEvent | null {
    const first = text.charCodeAt(0);
    // Mails and commit messages indent what they quote.
    if ((first >= 48 && first <= 57) || first === 32) {
      return this.#withThread(text, line) ?? this.#withIsoTime(text, line);
    }
    const known = KNOWN.exec(text)?.[0];
    if (known === undefined) return null;
    return eventOf(line, null, null, known.trimEnd(), text.slice(known.length));
  }

  #withThread(text: string, line: number): TraceEvent | null {
    const found = THREAD_AND_TIME.exec(text);
    if (found === null) return null;
    const [whole, tid = '', seconds = '', fraction, name = ''] = found;
    const timeNs =
      fraction === undefined
        ? this.#since(Number(seconds.slice(0, -9)), seconds.slice(-9))
        : this.#since(Number(seconds), fraction);
    return eventOf(line, timeNs, { comm: '', pid: Number(tid) }, name, text.slice(whole.length));
  }

  #withIsoTime(text: string, line: number): TraceEvent | null {
    const found = ISO_TIME.exec(text);
    if (found === null) return null;
    const [whole, hours, minutes, seconds, fraction = '', name = ''] = found;
    const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return eventOf(line, this.#since(ofDay, fraction), null, name, text.slice(whole.length));
  }

  /** Nanoseconds since the second of the first line. */
  #since(seconds: number, fraction: string): number {
    this.#zero ??= seconds;
    return (seconds - this.#zero) * 1e9 + Number(fraction.padEnd(9, '0'));
  }
}

function eventOf(
  line: number,
  timeNs: number | null,
  task: TraceEvent['task'],
  name: string,
  args: string,
): TraceEvent {
  return { line, timeNs, cpu: -1, task, flags: '', name: `qemu:${name}`, args: args.trim() };
}
