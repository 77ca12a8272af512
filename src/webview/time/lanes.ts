import type { TimedRow } from '../../protocol/timing.ts';

/** Where a thread or device is busy: one for each process and home of its code. */
export interface Lane {
  readonly process: string;
  readonly home: TimedRow['home'];
}

/** Time in which a row's step is taken. Times count from the first row, in nanoseconds. */
export interface Bar {
  /** Position of the step in the rows. */
  readonly row: number;
  /** Position of the lane. */
  readonly lane: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** How a step in one lane lets another lane go on. */
export type LinkKind = 'wake' | 'exit' | 'entry' | 'userspace' | 'moves';

/** A moment at which one lane lets another go on. */
export interface Link {
  readonly kind: LinkKind;
  /** Position of the step that goes on. */
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly timeNs: number;
}

/** A cycle laid out in time. */
export interface Lanes {
  readonly lanes: readonly Lane[];
  /** One a row, in the order of the rows; a step that costs nothing begins when it ends. */
  readonly bars: readonly Bar[];
  /** Time in which a device or a timer counts down; nobody works meanwhile. */
  readonly pending: readonly Bar[];
  /** Time from the moment at which a step could be taken to its beginning. */
  readonly waits: readonly Bar[];
  readonly links: readonly Link[];
  readonly endNs: number;
}

/** Lays out the steps of a cycle, as they come in time. */
export function lanesOf(rows: readonly TimedRow[]): Lanes {
  const lanes = sortedLanes(rows);
  const laneOf = (row: TimedRow): number =>
    lanes.findIndex(({ process, home }) => process === row.process && home === row.home);
  const laneNumbers = rows.map(laneOf);
  const positions = new Map(rows.map(({ index }, position) => [index, position]));
  const vcpus = new Set(rows.filter(entersGuest).map(({ process }) => process));
  const latest = new Map<string, number>();
  const originNs = rows[0]?.timeNs ?? 0;
  const bars: Bar[] = [];
  const pending: Bar[] = [];
  const waits: Bar[] = [];
  const links: Link[] = [];
  rows.forEach((row, i) => {
    const lane = laneNumbers[i] as number;
    const endNs = row.timeNs - originNs;
    const busyNs = isCountdown(row) ? 0 : row.costNs;
    const startNs = Math.max(0, endNs - busyNs);
    bars.push({ row: i, lane, startNs, endNs });
    const waker = row.wokenBy === null ? undefined : positions.get(row.wokenBy);
    const cause = row.wokenBy === null ? latest.get(row.process) : waker;
    latest.set(row.process, i);
    if (isCountdown(row)) {
      pending.push({ row: i, lane, startNs: Math.max(0, endNs - row.costNs), endNs });
      return;
    }
    const causing = cause === undefined ? undefined : rows[cause];
    if (cause === undefined || causing === undefined) return;
    const sinceNs = causing.timeNs - originNs;
    if (startNs > sinceNs) waits.push({ row: i, lane, startNs: sinceNs, endNs: startNs });
    const from = laneNumbers[cause] as number;
    if (from !== lane)
      links.push({ kind: kindOf(causing, row, vcpus), row: i, from, to: lane, timeNs: sinceNs });
  });
  return { lanes, bars, pending, waits, links, endNs: bars.at(-1)?.endNs ?? 0 };
}

const HOMES: readonly TimedRow['home'][] = ['hardware', 'kernel', 'qemu', 'process', 'guest'];

/** By home, interrupts before threads, and otherwise in the order in which they come first. */
function sortedLanes(rows: readonly TimedRow[]): Lane[] {
  const first = new Map<string, TimedRow>();
  for (const row of rows) {
    const key = `${row.home} ${row.process}`;
    if (!first.has(key)) first.set(key, row);
  }
  const rank = ({ home, context }: TimedRow): number =>
    2 * HOMES.indexOf(home) + (context === 'hardirq' ? 0 : 1);
  return [...first.values()]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ process, home }) => ({ process, home }));
}

/** Whether the time that a step takes is no work: a period or a timeout of the path, which no profile knows. */
function isCountdown({ cost, costTrust }: TimedRow): boolean {
  return cost !== null && costTrust === null;
}

function emits({ tracepoints }: TimedRow, prefix: string): boolean {
  return tracepoints.some((line) => line.startsWith(prefix));
}

/** Whether only a vCPU thread takes such a step. */
function entersGuest(row: TimedRow): boolean {
  return emits(row, 'kvm:kvm_entry') || emits(row, 'kvm:kvm_exit');
}

function kindOf(causing: TimedRow, row: TimedRow, vcpus: ReadonlySet<string>): LinkKind {
  if (causing.process === row.process) {
    return emits(causing, 'kvm:kvm_userspace_exit') || emits(row, 'kvm:kvm_userspace_exit')
      ? 'userspace'
      : 'moves';
  }
  if (vcpus.has(causing.process) && row.context === 'guest') return 'entry';
  if (vcpus.has(row.process) && causing.context === 'guest') return 'exit';
  return 'wake';
}
