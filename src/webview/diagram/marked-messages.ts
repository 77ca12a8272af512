import type { RowMark } from '../../protocol/row-mark.ts';

/** Gives the messages of a connected drawing, and the bands behind them, the marks of their rows. */
export function markMessages(svg: SVGSVGElement, marks: readonly RowMark[]): void {
  const bands = svg.querySelectorAll('.band');
  const texts = svg.querySelectorAll('.messageText');
  for (const { row, kind } of marks) {
    bands[row]?.classList.add(`mark-${kind}`);
    texts[row]?.classList.add(`mark-${kind}`);
  }
}
