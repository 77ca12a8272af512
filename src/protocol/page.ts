import type { Reading, RowRepeat } from '../diagram/outline.ts';
import { boolean, count, list, nullable, number, object, oneOf, text } from './guards.ts';
import type { Guard } from './guards.ts';
import { isRowMark } from './row-mark.ts';
import type { RowMark } from './row-mark.ts';
import { isShownRow } from './shown-row.ts';
import type { ShownRow } from './shown-row.ts';

/** Which rows are wanted: of those with a number, as one reads them, the page that has a step on it. */
export interface PageRequest {
  /** The number that the state gives to rows that can be drawn, e.g. those of a shape. */
  readonly drawing: number;
  readonly reading: Reading;
  /** Position of a row among all rows of the drawing. */
  readonly step: number;
}

/** A row of a page. */
export interface PageRow extends ShownRow {
  /** Its place among all rows of the drawing, from 0. */
  readonly position: number;
  /** Rows that are left out between it and the next. */
  readonly omitted: number;
  /** What is different once they, and what a repeat stands for, are over. */
  readonly changesAfter: ShownRow['changes'];
  readonly repeat: RowRepeat | null;
  /** The step that its process waited for; it need not be on the page. */
  readonly waker: { readonly position: number; readonly label: string } | null;
}

/** A party of a drawing, shown or hidden. */
export interface PageParty {
  readonly party: string;
  readonly home: ShownRow['home'];
  /** How many steps it takes. */
  readonly steps: number;
}

/** As many rows of a drawing as a picture holds, and the picture; message number i of it is row number i. */
export interface Page extends Omit<PageRequest, 'step'> {
  /** False if the rows only have an order: their times and costs mean nothing. */
  readonly isTimed: boolean;
  /** Which page this is, from 0. */
  readonly number: number;
  /** Position of the first row of every page; each page goes up to the next one's. */
  readonly starts: readonly number[];
  /** Number of rows shown on all pages, and of them on those before. */
  readonly total: number;
  readonly before: number;
  /** Number of steps of the drawing, shown or not. */
  readonly steps: number;
  /** Time of the first step, which times are counted from. */
  readonly startNs: number;
  readonly parties: readonly PageParty[];
  /** What every part of the state that changes in it holds before the first row of the page. */
  readonly fields: readonly { readonly field: string; readonly value: string }[];
  readonly rows: readonly PageRow[];
  /** The diagram as Mermaid text. */
  readonly mermaid: string;
  readonly marks: readonly RowMark[];
  /** By row what another run does in its place, empty for nothing; null if there is no other run. */
  readonly beside: readonly string[] | null;
}

/** A text that is looked for in labels, functions, parties and trace points. */
export interface Search extends Omit<PageRequest, 'step'> {
  readonly text: string;
}

/** Where it stands. */
export interface Found {
  /** Positions of shown rows, the first ten thousand. */
  readonly steps: readonly number[];
  /** Number of all shown rows, and of all rows, in which it stands. */
  readonly shown: number;
  readonly inAll: number;
}

/** No more are told of one search. */
export const MOST_FOUND = 10_000;

const name = text(4_000);

const REQUEST = {
  drawing: count,
  reading: object<Reading>({
    detail: oneOf('overview', 'all'),
    hidden: list(name, 1_000),
    folds: boolean,
    opened: list(count, 10_000),
  }),
} as const;

export const isPageRequest: Guard<PageRequest> = object<PageRequest>({ ...REQUEST, step: count });

export const isSearch: Guard<Search> = object<Search>({ ...REQUEST, text: text(200) });

export const isFound: Guard<Found> = object<Found>({
  steps: list(count, MOST_FOUND),
  shown: count,
  inAll: count,
});

const isPageRowPart = object<Omit<PageRow, keyof ShownRow>>({
  position: count,
  omitted: count,
  changesAfter: list(object<ShownRow['changes'][number]>({ field: name, from: name, to: name }), 10_000),
  repeat: nullable(object<RowRepeat>({ position: count, length: count, times: count, open: boolean })),
  waker: nullable(object<NonNullable<PageRow['waker']>>({ position: count, label: name })),
});

const isPageRow: Guard<PageRow> = (value): value is PageRow => isShownRow(value) && isPageRowPart(value);

/** Whether a value is a page as the panel shows it. */
export const isPage: Guard<Page> = object<Page>({
  ...REQUEST,
  isTimed: boolean,
  number: count,
  starts: list(count),
  total: count,
  before: count,
  steps: count,
  startNs: number,
  parties: list(
    object<PageParty>({
      party: name,
      home: oneOf('hardware', 'kernel', 'qemu', 'process', 'guest'),
      steps: count,
    }),
  ),
  fields: list(object<Page['fields'][number]>({ field: name, value: name })),
  rows: list(isPageRow, 1_000),
  mermaid: text(),
  marks: list(isRowMark, 1_000),
  beside: nullable(list(text(200), 1_000)),
});
