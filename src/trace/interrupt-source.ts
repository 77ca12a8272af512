import { detached } from '../base/detached.ts';
import { classifyCycle } from './classify.ts';
import type { SourceKind } from './classify.ts';
import { SourceTally } from './source-tally.ts';
import type { TraceCycle } from './trace-cycle.ts';

/** Where interrupts come from, and what became of them: a handler of VFIO, a doorbell, an interrupt of a virtio device. */
export class InterruptSource {
  /** As the driver names its handler: `vfio-intx(0000:00:10.0)`. */
  readonly key: string;
  readonly kind: SourceKind;
  /** The host's interrupt number; -1: none. */
  readonly irq: number;
  /** The one that runs; it ends when the next one begins. */
  cycle: TraceCycle | null = null;
  /** Cycles by path; null: not to be told. */
  readonly tallies = new Map<string | null, SourceTally>();

  constructor(key: string, kind: SourceKind, irq = -1) {
    this.key = detached(key);
    this.kind = kind;
    this.irq = irq;
  }

  /** Begins a cycle; the last one is over. */
  begin(cycle: TraceCycle): void {
    this.end(false);
    this.cycle = cycle;
  }

  /** Counts the running cycle. At the end of a trace one that has not come far says nothing. */
  end(atEndOfTrace: boolean): void {
    const { cycle } = this;
    this.cycle = null;
    if (cycle === null) return;
    const { path, score, why } = classifyCycle(this.kind, cycle);
    if (atEndOfTrace && path === null && this.tallies.size > 0) return;
    let tally = this.tallies.get(path);
    if (tally === undefined) {
      tally = new SourceTally();
      this.tallies.set(path, tally);
    }
    tally.add(cycle, score, why);
  }

  /** Whether each injection is an interrupt of its own, as no handler of the host comes before it. */
  get isOwn(): boolean {
    return this.irq < 0;
  }

  /** Whether the host's handler ran and nobody has told the guest yet. */
  get isWaiting(): boolean {
    return this.cycle !== null && this.cycle.injection === null;
  }

  /** Whether QEMU injected what runs, and the guest may still be about it. */
  get isWithQemu(): boolean {
    const by = this.cycle?.injection?.by;
    return (by === 'QEMU thread' || by === 'vCPU thread') && this.cycle?.done === false;
  }
}

const NAMES = /(?:name|handler)=((vfio-(?:intx|msix?|irq))(?:\[\d+\])?\([^)]*\))/;

/** The source that a line of `irq_handler_entry` is about; null if it is no handler of VFIO. */
export function hostSourceOf(args: string): InterruptSource | null {
  if (!args.includes('=vfio-')) return null;
  const [, key = '', handler = ''] = NAMES.exec(args) ?? [];
  if (key === '') return null;
  const kind: SourceKind = handler === 'vfio-intx' || handler === 'vfio-irq' ? handler : 'vfio-msi';
  return new InterruptSource(key, kind, Number.parseInt(args.slice(4)));
}
