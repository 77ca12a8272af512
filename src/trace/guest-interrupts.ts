import type { HostSource } from './host-source.ts';
import type { Injector } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** An interrupt of the guest that belongs to no host interrupt: a timer, a console, a device of QEMU's. */
export interface OtherInterrupt {
  readonly key: string;
  count: number;
  readonly firstLine: number;
  readonly by: Set<string>;
}

/** More are not told apart. */
const MOST_OTHERS = 4096;

/**
 * Which interrupts of the guest stand for which of the host's. No trace point says it: where the one is raised inside
 * the handler of the other it is certain; a kworker or QEMU raises it for a handler that has run and waits. What is
 * raised while nobody waits is of somebody else, and stays so.
 */
export class GuestInterrupts {
  readonly others = new Map<string, OtherInterrupt>();
  readonly #owners = new Map<string, HostSource>();
  /** By APIC id and vector. */
  readonly #vectors = new Map<number, HostSource>();
  /** Sources whose handler ran, in that order. */
  readonly #waiting = new Set<HostSource>();

  wait(source: HostSource): void {
    this.#waiting.delete(source);
    this.#waiting.add(source);
  }

  stopWaiting(source: HostSource): void {
    this.#waiting.delete(source);
  }

  ownerOf(key: string): HostSource | undefined {
    return this.#owners.get(key);
  }

  link(key: string, source: HostSource): void {
    this.#owners.set(key, source);
  }

  /** For whom `key` is raised outside of a handler; undefined if for nobody that is known here. */
  claim(key: string, event: TraceEvent, by: Injector, fits: (source: HostSource) => boolean): HostSource | undefined {
    const owner = this.#owners.get(key);
    if (owner !== undefined) return owner;
    if (!this.others.has(key)) {
      for (const source of this.#waiting) {
        if (!source.isWaiting || !fits(source)) continue;
        this.#owners.set(key, source);
        return source;
      }
    }
    this.#countOther(key, event, by);
    return undefined;
  }

  linkVector(apic: number, vector: number, source: HostSource): void {
    this.#vectors.set(apic * 256 + vector, source);
  }

  ownerOfVector(apic: number, vector: number): HostSource | undefined {
    return this.#vectors.get(apic * 256 + vector);
  }

  #countOther(key: string, { line }: TraceEvent, by: string): void {
    const known = this.others.get(key);
    if (known) {
      known.count++;
      known.by.add(by);
    } else if (this.others.size < MOST_OTHERS) {
      this.others.set(key, { key, count: 1, firstLine: line, by: new Set([by]) });
    }
  }
}
