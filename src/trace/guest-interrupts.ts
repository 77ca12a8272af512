import type { InterruptSource } from './interrupt-source.ts';
import type { Injector } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** An interrupt of the guest that belongs to no host interrupt: a timer, a console, a device of QEMU's. */
export interface OtherInterrupt {
  readonly key: string;
  count: number;
  readonly firstLine: number;
  readonly by: Set<Injector>;
}

/** More are not told apart. */
const MOST_OTHERS = 4096;

/**
 * Which interrupts of the guest stand for which of the host's. No trace point says it: where the one is raised inside
 * the handler of the other it is certain; a kworker or QEMU raises it for a handler that has run and waits. What is
 * raised while nobody waits is of somebody else, and stays so.
 */
export class GuestInterrupts {
  /** Raised for nobody that is known. */
  readonly others = new Map<string, OtherInterrupt>();
  /** Lowered, and of nobody that is known. */
  readonly lowered = new Map<string, OtherInterrupt>();
  readonly #owners = new Map<string, InterruptSource>();
  /** By APIC id and vector. */
  readonly #vectors = new Map<number, InterruptSource>();
  /** Sources whose handler ran, in that order. */
  readonly #waiting = new Set<InterruptSource>();

  wait(source: InterruptSource): void {
    this.#waiting.delete(source);
    this.#waiting.add(source);
  }

  stopWaiting(source: InterruptSource): void {
    this.#waiting.delete(source);
  }

  ownerOf(key: string): InterruptSource | undefined {
    return this.#owners.get(key);
  }

  link(key: string, source: InterruptSource): void {
    this.#owners.set(key, source);
  }

  /** Links a key that seemed to be nobody's. */
  adopt(key: string, source: InterruptSource): void {
    this.others.delete(key);
    this.#owners.set(key, source);
  }

  /** A line is lowered that is nobody's. It may yet turn out to be somebody's: devices lower theirs when they are reset. */
  countLowered(key: string, event: TraceEvent, by: Injector): void {
    count(this.lowered, key, event, by);
  }

  /** For whom `key` is raised outside of a handler; undefined if for nobody that is known here. */
  claim(
    key: string,
    event: TraceEvent,
    by: Injector,
    fits: (source: InterruptSource) => boolean,
  ): InterruptSource | undefined {
    const owner = this.#owners.get(key);
    if (owner !== undefined) return owner;
    if (!this.others.has(key)) {
      for (const source of this.#waiting) {
        if (!source.isWaiting || !fits(source)) continue;
        this.#owners.set(key, source);
        return source;
      }
    }
    count(this.others, key, event, by);
    return undefined;
  }

  linkVector(apic: number, vector: number, source: InterruptSource): void {
    this.#vectors.set(apic * 256 + vector, source);
  }

  ownerOfVector(apic: number, vector: number): InterruptSource | undefined {
    return this.#vectors.get(apic * 256 + vector);
  }
}

function count(others: Map<string, OtherInterrupt>, key: string, { line }: TraceEvent, by: Injector): void {
  const known = others.get(key);
  if (known) {
    known.count++;
    known.by.add(by);
  } else if (others.size < MOST_OTHERS) {
    others.set(key, { key, count: 1, firstLine: line, by: new Set([by]) });
  }
}
