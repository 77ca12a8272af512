import type { ShownStep } from '../analysis/simulation.ts';
import { Activations } from './activations.ts';
import { arrowTo } from './arrow.ts';
import { escapeText } from './escape.ts';

/** How to draw. */
export interface SequenceOptions {
  readonly title?: string;
  /** Rows that are not drawn although arrows may come from their parties: those of the page before. */
  readonly before?: readonly ShownStep[];
  /** Rows whose parties have a column each; those that are drawn, if nothing is said. */
  readonly columns?: readonly ShownStep[];
  /** What is said at a row, by its number in `rows`. */
  readonly remarks?: readonly SequenceRemark[];
}

/** What is said at a row of a picture that does not show every row. */
export interface SequenceRemark {
  /** Rows that are left out after it. */
  readonly omitted: number;
  /** Of the first row of a stretch that stands for several: how many rows it has, and how often it comes. */
  readonly loop: { readonly length: number; readonly times: number } | null;
}

const HOMES = [
  ['hardware', 'Hardware'],
  ['kernel', 'Host kernel'],
  ['qemu', 'QEMU'],
  ['process', 'Backend process'],
  ['guest', 'Guest'],
] as const;

/** Ids of the participants by party, in the order of their homes and, inside one, of their first step. */
function participants(rows: readonly ShownStep[]): { lines: string[]; ids: Map<string, string> } {
  const ids = new Map<string, string>();
  const lines: string[] = [];
  for (const [home, title] of HOMES) {
    const parties = [...new Set(rows.filter((row) => row.home === home).map(({ party }) => party))];
    if (parties.length === 0) continue;
    lines.push(`  box transparent ${title}`);
    for (const party of parties) {
      const id = `p${String(ids.size)}`;
      ids.set(party, id);
      lines.push(`    participant ${id} as ${escapeText(party)}`);
    }
    lines.push('  end');
  }
  return { lines, ids };
}

const ARROWS = { call: '->>', return: '-->>', signal: '-)', next: '->>' } as const;

function notes(row: ShownStep, id: string): string[] {
  const notable = row.changes
    .filter((change) => change.notable)
    .map(({ field, from, to }) => `${field}: ${from} → ${to}`);
  const crossing = row.tracepoints.flatMap((text) => {
    if (text.startsWith('kvm:kvm_exit ')) return [`VM exit · ${text.slice('kvm:kvm_exit '.length)}`];
    return text.startsWith('kvm:kvm_entry') ? ['VM entry'] : [];
  });
  return [...crossing, ...notable].map((text) => `  Note over ${id}: ${escapeText(text)}`);
}

function words(label: string, { omitted, loop }: SequenceRemark): string {
  // A block around one message would be too narrow for its words.
  const repeated = loop?.length === 1 ? `${label} × ${String(loop.times)}` : label;
  return omitted === 0 ? repeated : `${repeated} (+${String(omitted)} ${omitted === 1 ? 'step' : 'steps'})`;
}

/**
 * Draws rows of a run (one cycle, in time order) as a Mermaid sequence diagram: message n is row n, its text the
 * row's label. Who woke a row is drawn only if that step is among the rows.
 */
export function drawSequence(rows: readonly ShownStep[], options: SequenceOptions = {}): string {
  const { before = [], columns = rows, remarks = [] } = options;
  const { lines: boxes, ids } = participants(columns);
  const lines = ['sequenceDiagram'];
  if (options.title !== undefined) lines.push(`  title ${escapeText(options.title)}`);
  lines.push('  autonumber', ...boxes);
  const byIndex = new Map([...before, ...rows].map((row) => [row.index, row]));
  const previousOf = new Map(before.map((row) => [row.process, row]));
  const activations = new Activations(rows, (party) => ids.get(party) ?? party);
  let loopEnd = -1;
  rows.forEach((row, i) => {
    const remark = remarks[i] ?? { omitted: 0, loop: null };
    const { loop } = remark;
    if (loop && loop.length > 1) {
      lines.push(`  loop ${String(loop.times)} times`);
      loopEnd = i + loop.length - 1;
    }
    const id = ids.get(row.party) ?? row.party;
    const waker = row.wokenBy === null ? undefined : byIndex.get(row.wokenBy);
    const { from, kind } = arrowTo(row, previousOf.get(row.process), waker);
    lines.push(`  ${ids.get(from) ?? from}${ARROWS[kind]}${id}: ${escapeText(words(row.label, remark))}`);
    lines.push(...activations.after(row), ...notes(row, id), ...activations.end(row));
    if (i === loopEnd) lines.push('  end');
    previousOf.set(row.process, row);
  });
  return `${lines.join('\n')}\n`;
}
