/** One thing that a trace says happened. */
export interface TraceEvent {
  /** Counted from 1, in the file. */
  readonly line: number;
  /** Nanoseconds since the trace's own zero; null if the line has no time, or one in ticks of an unknown clock. */
  readonly timeNs: number | null;
  /** -1 if the line does not say. */
  readonly cpu: number;
  /** The thread that ran, or that was interrupted; null if the line does not say. */
  readonly task: { readonly comm: string; readonly pid: number } | null;
  /** The latency columns, e.g. `d.h..`; empty if the trace has none. */
  readonly flags: string;
  /** With the group in front where it is known: `kvm:kvm_exit`, `function:irqfd_wakeup`, `syscalls:sys_enter_ioctl`. */
  readonly name: string;
  /** What stands behind the name, unchanged; of a traced function `<-` and its caller. */
  readonly args: string;
}

/** A line that could not be read. */
export interface UnreadableLine {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** Who is given what a reader finds, in the order of the file. */
export interface TraceSink {
  readonly event: (event: TraceEvent) => void;
  readonly unreadable: (line: UnreadableLine) => void;
}

/** Whether a line was printed in hard-IRQ context, as far as its latency columns tell. */
export function inHardIrq(flags: string): boolean {
  const context = flags[2];
  return context === 'h' || context === 'H';
}
