import type { PageParty } from '../../protocol/page.ts';
import type { ShownRow } from '../../protocol/shown-row.ts';
import { element } from '../dom.ts';
import { homeInWords } from '../format.ts';
import type { ViewTransform } from './view-transform.ts';

/** In less room a name would be one letter. */
const NARROWEST_NAME = 26;

/** A column of the drawing: a party and the middle of its lifeline. */
interface Column {
  readonly party: string;
  readonly home: ShownRow['home'];
  /** From the left edge of the drawing. */
  readonly middle: number;
}

/**
 * The names of the parties above the drawing. They stay when the drawing is moved down and follow it sideways;
 * the boxes that Mermaid draws for them are hidden.
 */
export class PartyHeader {
  readonly element = element('div', { class: 'party-header', 'aria-hidden': 'true' });
  #columns: readonly Column[] = [];
  #cells: readonly HTMLElement[] = [];
  #homes: readonly { readonly cell: HTMLElement; readonly first: number; readonly last: number }[] = [];

  clear(): void {
    this.#columns = [];
    this.#cells = [];
    this.#homes = [];
    this.element.replaceChildren();
  }

  /** Takes the columns from a drawing; a party that is not known is left out. */
  show(svg: SVGSVGElement, parties: readonly PageParty[]): void {
    const homes = new Map(parties.map(({ party, home }) => [party, home]));
    this.#columns = [...svg.querySelectorAll<SVGGElement>('[data-et="participant"]')]
      .map((group) => columnOf(group, homes, svg.viewBox.baseVal.x))
      .filter((column) => column !== undefined)
      .sort((a, b) => a.middle - b.middle);
    this.#cells = this.#columns.map(({ party, home }) =>
      element('div', { class: `party-cell ${home}`, title: `${party} (${homeInWords(home)})` }, party),
    );
    this.#homes = runs(this.#columns).map(({ home, first, last }) => ({
      cell: element('div', { class: `home-cell ${home}` }, homeInWords(home)),
      first,
      last,
    }));
    this.element.replaceChildren(...this.#homes.map(({ cell }) => cell), ...this.#cells);
  }

  /** Puts the names above their columns; a home keeps its name in the part of it that is in sight. */
  place({ scale, x }: ViewTransform, visibleWidth: number): void {
    const edges = this.#edges().map((edge) => edge * scale + x);
    this.#cells.forEach((cell, i) => {
      put(cell, edges[i] ?? 0, edges[i + 1] ?? 0);
    });
    for (const { cell, first, last } of this.#homes) {
      put(cell, Math.max(0, edges[first] ?? 0), Math.min(visibleWidth, edges[last + 1] ?? 0));
    }
  }

  /** Borders between columns: half way from one lifeline to the next, and as far again at both ends. */
  #edges(): number[] {
    const middles = this.#columns.map(({ middle }) => middle);
    const inner = middles.slice(1).map((middle, i) => (middle + (middles[i] ?? middle)) / 2);
    const first = middles[0] ?? 0;
    const last = middles.at(-1) ?? 0;
    return [2 * first - (inner[0] ?? first + 50), ...inner, 2 * last - (inner.at(-1) ?? last - 50)];
  }
}

function columnOf(
  group: SVGGElement,
  homes: ReadonlyMap<string, ShownRow['home']>,
  left: number,
): Column | undefined {
  const party = group.querySelector('text')?.textContent.trim() ?? '';
  const home = homes.get(party);
  const rect = group.querySelector('rect');
  if (!home || !rect) return undefined;
  const middle = Number(rect.getAttribute('x')) + Number(rect.getAttribute('width')) / 2;
  return { party, home, middle: middle - left };
}

function runs(columns: readonly Column[]): { home: ShownRow['home']; first: number; last: number }[] {
  const found: { home: ShownRow['home']; first: number; last: number }[] = [];
  columns.forEach(({ home }, i) => {
    const run = found.at(-1);
    if (run?.home === home) run.last = i;
    else found.push({ home, first: i, last: i });
  });
  return found;
}

function put(cell: HTMLElement, left: number, right: number): void {
  cell.style.left = `${String(left)}px`;
  cell.style.width = `${String(Math.max(0, right - left))}px`;
  cell.classList.toggle('narrow', right - left < NARROWEST_NAME);
}
