import type { ShownStep } from './simulation.ts';

/** Trace points of a vCPU that leaves the guest, enters it, or returns to QEMU. */
const CROSSINGS = ['kvm:kvm_exit', 'kvm:kvm_entry', 'kvm:kvm_userspace_exit'];
/** Marks of an interrupt that arrives: at the host's CPU, at the guest's handler, at a handler with nothing to do. */
const ARRIVALS = ['physical-irq', 'guest-irq', 'spurious'];

/**
 * For each row of a cycle whether it belongs to the overview: where a process begins, goes on after it waited, comes to
 * another party or context, where a vCPU enters or leaves the guest, where an interrupt arrives, and both ends.
 */
export function overview(rows: readonly ShownStep[]): boolean[] {
  const previousOf = new Map<string, ShownStep>();
  return rows.map((row, i) => {
    const previous = previousOf.get(row.process);
    previousOf.set(row.process, row);
    return (
      i === 0 ||
      i === rows.length - 1 ||
      row.wokenBy !== null ||
      previous?.party !== row.party ||
      previous.context !== row.context ||
      row.marks.some((mark) => ARRIVALS.includes(mark)) ||
      row.tracepoints.some((line) => CROSSINGS.includes(line.split(' ', 1)[0] ?? ''))
    );
  });
}
