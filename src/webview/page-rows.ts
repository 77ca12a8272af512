import type { Page } from '../protocol/page.ts';

/**
 * The number, on a page, of the row that stands for a step: its own, else that of the last shown row before it, else
 * the first. `elsewhere` if the step belongs to another page; -1 if the page shows nothing.
 */
export function rowAt({ rows, starts, number }: Page, step: number): number | 'elsewhere' {
  const end = starts[number + 1] ?? Infinity;
  if (step >= end || (number > 0 && step < (starts[number] ?? 0))) return 'elsewhere';
  const last = rows.findLastIndex(({ position }) => position <= step);
  return rows.length === 0 ? -1 : Math.max(0, last);
}

/** The same, -1 for another page too. */
export function rowOnPage(page: Page | null, step: number): number {
  const row = page ? rowAt(page, step) : 'elsewhere';
  return row === 'elsewhere' ? -1 : row;
}

/**
 * The step that lies `by` shown rows after that of `step`, or before it if negative. Beyond the page that is the nearest
 * row of the next one, beyond both ends the row at the end.
 */
export function stepsAway(page: Page, step: number, by: number): number {
  const { rows, starts, number } = page;
  const here = rowAt(page, step);
  // The page of that step is still on its way.
  if (here === 'elsewhere' || here < 0) return step;
  const to = here + by;
  const target = rows[to];
  if (target) return target.position;
  const first = rows[0]?.position ?? step;
  if (to < 0) return number === 0 ? first : first - 1;
  return starts[number + 1] ?? rows.at(-1)?.position ?? step;
}
