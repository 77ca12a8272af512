import type { ShownStep, StateChange, StepRow } from '../../analysis/simulation.ts';
import { CyclePages } from '../../diagram/cycle-pages.ts';
import type { OutlineRow } from '../../diagram/outline.ts';
import { MOST_FOUND } from '../../protocol/page.ts';
import type { Found, Page, PageParty, PageRequest, PageRow, Search } from '../../protocol/page.ts';
import { shownRow, untimedRow } from '../../protocol/shown-row.ts';
import type { ShownRow } from '../../protocol/shown-row.ts';
import type { DrawnRows } from './drawn-rows.ts';

/** Rows as pages for the panel. */
export class DrawingPages {
  readonly #drawn: DrawnRows;
  readonly #rows: readonly ShownStep[];
  readonly #pages: CyclePages;
  readonly #parties: readonly PageParty[];
  readonly #positions: ReadonlyMap<number, number>;

  constructor(drawn: DrawnRows) {
    const { rows } = drawn;
    this.#drawn = drawn;
    this.#rows = rows;
    this.#pages = new CyclePages(rows);
    this.#parties = partiesOf(rows);
    this.#positions = new Map(rows.map(({ index }, position) => [index, position]));
  }

  page({ drawing, reading, step }: PageRequest): Page {
    const { number, starts, total, before, rows, mermaid } = this.#pages.pageWith(reading, step);
    const end = starts[number + 1] ?? this.#rows.length;
    return {
      drawing,
      isTimed: this.#drawn.isTimed,
      reading,
      number,
      starts,
      total,
      before,
      steps: this.#rows.length,
      startNs: this.#drawn.isTimed ? (this.#drawn.rows[0]?.timeNs ?? 0) : 0,
      parties: this.#parties,
      fields: fieldsBefore(this.#rows, rows[0]?.position ?? 0),
      rows: rows.map((row, i) => this.#pageRow(row, rows[i + 1]?.position ?? end)),
      mermaid,
      ...this.#besides(rows),
    };
  }

  search({ reading, text }: Search): Found {
    const wanted = text.toLowerCase();
    if (wanted === '') return { steps: [], shown: 0, inAll: 0 };
    const steps = this.#pages
      .outline(reading)
      .rows.flatMap(({ position }) =>
        contains(this.#rows[position] as ShownStep, wanted) ? [position] : [],
      );
    const inAll = this.#rows.filter((row) => contains(row, wanted)).length;
    return { steps: steps.slice(0, MOST_FOUND), shown: steps.length, inAll };
  }

  #shown(position: number): ShownRow {
    return this.#drawn.isTimed
      ? shownRow(this.#drawn.rows[position] as StepRow)
      : untimedRow(this.#drawn.rows[position] as ShownStep);
  }

  /** Marks, and what another run does, of the rows of a page. */
  #besides(rows: readonly OutlineRow[]): Pick<Page, 'marks' | 'beside'> {
    const { marks = [], beside = null } = this.#drawn;
    const rowOf = new Map(rows.map(({ position }, row) => [position, row]));
    return {
      marks: marks.flatMap((mark) => {
        const row = rowOf.get(mark.row);
        return row === undefined ? [] : [{ ...mark, row }];
      }),
      beside: beside && rows.map(({ position }) => beside[position] ?? ''),
    };
  }

  #pageRow({ position, omitted, repeat }: OutlineRow, next: number): PageRow {
    const row = this.#rows[position] as ShownStep;
    const waker = row.wokenBy === null ? undefined : this.#positions.get(row.wokenBy);
    const label = waker === undefined ? undefined : this.#rows[waker]?.label;
    return {
      ...this.#shown(position),
      position,
      omitted,
      changesAfter: netChanges(this.#rows.slice(position + 1, next)),
      repeat,
      waker: waker === undefined || label === undefined ? null : { position: waker, label },
    };
  }
}

function partiesOf(rows: readonly ShownStep[]): PageParty[] {
  const found = new Map<string, PageParty>();
  for (const { party, home } of rows) {
    found.set(party, { party, home, steps: (found.get(party)?.steps ?? 0) + 1 });
  }
  return [...found.values()];
}

/** What all fields that change anywhere in `rows` hold before the row at `position`, in the order of their changes. */
function fieldsBefore(rows: readonly ShownStep[], position: number): Page['fields'] {
  const values = new Map<string, string>();
  rows.forEach(({ changes }, i) => {
    for (const { field, from, to } of changes) {
      if (i < position) values.set(field, to);
      else if (!values.has(field)) values.set(field, from);
    }
  });
  return [...values].map(([field, value]) => ({ field, value }));
}

/** What is different after `rows` from before them. */
function netChanges(rows: readonly ShownStep[]): Pick<StateChange, 'field' | 'from' | 'to'>[] {
  const changes = new Map<string, { readonly from: string; readonly to: string }>();
  for (const change of rows.flatMap((row) => row.changes)) {
    changes.set(change.field, { from: changes.get(change.field)?.from ?? change.from, to: change.to });
  }
  return [...changes].flatMap(([field, { from, to }]) => (from === to ? [] : [{ field, from, to }]));
}

function contains({ label, at, party, tracepoints }: ShownStep, wanted: string): boolean {
  return [label, at, party, ...tracepoints].some((text) => text.toLowerCase().includes(wanted));
}
