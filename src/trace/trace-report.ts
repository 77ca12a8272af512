import type { Distribution } from '../base/distribution.ts';
import type { FormatCheck } from './known-formats.ts';
import type { TraceShape } from './source-tally.ts';
import type { UnreadableLine } from './trace-event.ts';
import type { TraceFormat } from './trace-format.ts';

/** What a source is that no path is certain of. */
export const UNCLEAR = 'unclear';

/** One source of interrupts in a trace, and the path that they took; a source has one for each path. */
export interface ReportedSource {
  /** As the trace names it: `vfio-intx(0000:00:10.0)`, `gsi 4`, `doorbell 0xfebfb000`. */
  readonly key: string;
  readonly leg: 'interrupt' | 'kick' | 'call';
  /** Id of a path, or {@link UNCLEAR}. */
  readonly path: string;
  /** Interrupts that were seen; 0: only how it was set up. */
  readonly cycles: number;
  /** 0 to 1: how far the trace bears out the path. 0 if it is unclear. */
  readonly confidence: number;
  /** What the path was told from, with the line where it is first seen. */
  readonly why: readonly string[];
  /** Kinds of cycles, the most frequent first. */
  readonly shapes: readonly TraceShape[];
  /** Cycles of shapes that are not listed. */
  readonly otherShapes: number;
  /** From the host's handler to the entry of the guest; null if the trace has no times, or does not show the entry. */
  readonly latencyNs: Distribution | null;
  /** Exits of the guest that the interrupt is about, each on average; null if the trace has no exits. */
  readonly exitsPerCycle: number | null;
}

/** An interrupt of the guest that is not attributed to any source: a timer, a console. */
export interface BackgroundInterrupt {
  readonly key: string;
  readonly count: number;
  readonly by: readonly string[];
  readonly firstLine: number;
}

/** What a trace shows. */
export interface TraceReport {
  readonly format: TraceFormat;
  readonly lines: number;
  readonly events: number;
  /** The first lines that could not be read. */
  readonly unparsed: readonly UnreadableLine[];
  /** How many there are. */
  readonly unparsedCount: number;
  readonly formatCheck: FormatCheck;
  /** What is to be known before anything of this is believed. */
  readonly warnings: readonly string[];
  readonly sources: readonly ReportedSource[];
  readonly background: readonly BackgroundInterrupt[];
}
