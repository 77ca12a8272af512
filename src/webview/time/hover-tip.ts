import type { TimedRow } from '../../protocol/timing.ts';
import type { Size } from '../diagram/view-transform.ts';
import { trustInWords } from '../../protocol/trust.ts';
import { element } from '../dom.ts';
import { clock, codePlace, homeInWords } from '../format.ts';
import type { Picked } from './pick.ts';

const DISTANCE = 14;
const WIDTH = 260;

/** What the pointer is over, in words. Only for the eye: the list and the section *Step* say it to everybody. */
export class HoverTip {
  readonly element = element('div', { class: 'hover-tip', 'aria-hidden': 'true', hidden: '' });

  show(picked: Picked, rows: readonly TimedRow[], px: number, py: number, { width, height }: Size): void {
    this.element.replaceChildren(
      ...tipLines(picked, rows).map((line, i) => element('div', { class: i === 0 ? 'title' : '' }, line)),
    );
    this.element.hidden = false;
    const { style } = this.element;
    style.left = `${String(Math.max(0, Math.min(px + DISTANCE, width - WIDTH)))}px`;
    const below = py + DISTANCE + this.element.offsetHeight <= height;
    style.top = `${String(below ? py + DISTANCE : Math.max(0, py - DISTANCE - this.element.offsetHeight))}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

/** A bar's label, function, cost and trust; of a wait, how long it is and for whom. */
export function tipLines({ what, bar }: Picked, rows: readonly TimedRow[]): string[] {
  const row = rows[bar.row];
  if (!row) return [];
  const place = `${row.process}, ${homeInWords(row.home)}`;
  const length = clock(bar.endNs - bar.startNs);
  if (what === 'pending') return [`${row.label} in ${length}`, place];
  if (what === 'wait') {
    const waker = rows.find(({ index }) => index === row.wokenBy);
    const why = waker ? `after ${waker.label} of ${waker.process}` : 'something else has the CPU';
    return [`${row.process} waits ${length}`, `for its step ${row.label}`, why];
  }
  const trust = trustInWords(row.costTrust);
  const cost =
    row.cost === null || row.costTrust === null ? 'takes no time' : `${length} (${row.cost}, ${trust})`;
  return [row.label, codePlace(row.at).function, place, cost];
}
