import { latencyParts } from './latency-parts.ts';
import type { LatencyPart } from './latency-parts.ts';
import type { StepRow } from './simulation.ts';

/** Parts of a latency that follow each other and are of the same kind, process and home. */
export interface LatencyShare {
  /** `runs`: the process takes steps. `waits`: it has been asked to, and does not yet. */
  readonly kind: LatencyPart['kind'];
  readonly process: string;
  readonly home: LatencyPart['home'];
  /** Position in the rows of the first step of it; of a wait, of the step that is waited for. */
  readonly position: number;
  readonly startNs: number;
  readonly endNs: number;
  /** So much of it are steps whose cost nobody has published (trust M or A); never of a wait. */
  readonly assumedNs: number;
}

/**
 * The latency of a cycle in as few parts as tell who ran and who was waited for; they follow each other without a gap
 * from the first row to the step at `taken`.
 */
export function latencySplit(rows: readonly StepRow[], taken: number): LatencyShare[] {
  const shares: LatencyShare[] = [];
  for (const part of latencyParts(rows, taken)) {
    const { kind, process, home, position, startNs, endNs } = part;
    const trust = kind === 'runs' ? rows[position]?.costTrust : null;
    const assumedNs = trust === 'M' || trust === 'A' ? endNs - startNs : 0;
    const last = shares.at(-1);
    if (last?.kind === kind && last.process === process && last.home === home) {
      shares[shares.length - 1] = { ...last, endNs, assumedNs: last.assumedNs + assumedNs };
    } else {
      shares.push({ kind, process, home, position, startNs, endNs, assumedNs });
    }
  }
  return shares;
}

const HOMES = {
  hardware: 'hardware',
  kernel: 'host kernel',
  qemu: 'QEMU',
  process: 'backend process',
  guest: 'guest',
} as const;

/** What a part is, in words: `vCPU 0 in QEMU`, `wait for vCPU 0`. */
export function shareInWords({ kind, process, home }: LatencyShare): string {
  if (kind === 'waits') return `wait for ${process}`;
  return process === HOMES[home] ? process : `${process} in ${HOMES[home]}`;
}
