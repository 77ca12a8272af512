import type { DrawnStep, SideBySide } from '../../protocol/side-by-side.ts';
import { element } from '../dom.ts';
import { clock, crossing, crossingInWords } from '../format.ts';
import { laneDrawing } from './lane-drawing.ts';

/** So many rows that are the same are folded where only differences are wanted. */
const FOLDED_ROWS = 4;

/** One line of the drawing: a row of steps, or several that are left out because they are the same. */
export type Line =
  | { readonly kind: 'row'; readonly cells: SideBySide['rows'][number] }
  | { readonly kind: 'fold'; readonly count: number };

/** The lines of a drawing. Folded, long stretches without a difference are one line; one row at each end stays. */
export function linesOf({ rows }: Pick<SideBySide, 'rows'>, folds: boolean): Line[] {
  const lines: Line[] = [];
  const add = (from: number, to: number): void => {
    for (const cells of rows.slice(from, to)) lines.push({ kind: 'row', cells });
  };
  const isSame = (row: number): boolean => rows[row]?.includes(null) === false;
  for (let start = 0; start < rows.length;) {
    let end = start;
    while (isSame(end)) end++;
    const from = start === 0 ? 0 : start + 1;
    const to = end === rows.length ? end : end - 1;
    if (folds && to - from >= FOLDED_ROWS) {
      add(start, from);
      lines.push({ kind: 'fold', count: to - from });
      add(to, end);
    } else {
      add(start, end);
    }
    start = end;
    while (start < rows.length && !isSame(start)) add(start, ++start);
  }
  return lines;
}

/** A line as a row of the table. */
export function lineElement(line: Line, { lanes }: SideBySide, members: number): HTMLElement {
  if (line.kind === 'fold') {
    const words = `${String(line.count)} steps that are the same`;
    return element('tr', { class: 'fold' }, element('td', { colspan: String(members + 1) }, words));
  }
  const differs = line.cells.includes(null);
  const mark = element('td', { class: 'differs' });
  if (differs) {
    mark.append(
      element('span', { 'aria-hidden': 'true' }, '≠'),
      element('span', { class: 'unseen' }, 'differs'),
    );
  }
  return element(
    'tr',
    { class: differs ? 'own' : undefined },
    mark,
    ...line.cells.map((cell) => (cell ? stepCell(cell, lanes) : gapCell())),
  );
}

function stepCell(step: DrawnStep, lanes: SideBySide['lanes']): HTMLElement {
  const { party = '', home = 'hardware' } = lanes[step.lane] ?? {};
  const kind = crossing(step);
  const label = element('span', { class: 'label' }, step.label);
  if (kind) label.append(element('span', { class: `badge ${kind}` }, crossingInWords(kind)));
  return element(
    'td',
    { class: `cell ${home}`, title: `${String(step.step)}. ${party}: ${step.label}\n${step.at}` },
    element(
      'div',
      { class: 'side-step' },
      element('span', { class: 'time' }, clock(step.timeNs)),
      laneDrawing(step, lanes.length),
      label,
    ),
  );
}

/** Where a run has no such step its lanes go on. */
function gapCell(): HTMLElement {
  return element('td', { class: 'cell gap' }, element('div', { class: 'lanes' }));
}
