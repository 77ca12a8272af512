import type { ShownRow } from '../../protocol/shown-row.ts';
import { crossing } from '../format.ts';
import type { Box } from './view-transform.ts';

const SVG = 'http://www.w3.org/2000/svg';
const ROOM_ABOVE = 10;

/** The messages of a drawn diagram; number i belongs to row i. */
export interface DrawnMessages {
  /** What row i takes up, from the upper left corner of the drawing; undefined if it was not drawn. */
  box(row: number): Box | undefined;
  /** Makes row i stand out and no other. */
  select(row: number): void;
}

/** Makes the messages of `svg` clickable and marks VM exits and entries; a drawing of another number is left alone. */
export function connectMessages(
  svg: SVGSVGElement,
  rows: readonly ShownRow[],
  choose: (row: number) => void,
): DrawnMessages | undefined {
  const texts = [...svg.querySelectorAll<SVGTextElement>('.messageText')];
  const lines = [...svg.querySelectorAll<SVGGraphicsElement>('[data-et="message"]')];
  if (texts.length !== rows.length || lines.length !== rows.length) return undefined;
  markNotes(svg);
  lines.forEach((line, i) => {
    if (line instanceof SVGPathElement) putBeside(line, texts[i]);
  });
  const boxes = rows.map((_, i) => union(lines[i], texts[i]));
  cropAbove(svg, (boxes[0]?.y ?? 0) - ROOM_ABOVE);
  const { x: left, y: top, width } = svg.viewBox.baseVal;
  const bands = document.createElementNS(SVG, 'g');
  lengthenLifelines(svg);
  const heights = boxes.map((box, i) => Math.max(12, (boxes[i + 1]?.y ?? box.y + box.height + 6) - box.y));
  const drawn = rows.map((row, i): readonly Element[] => {
    const band = document.createElementNS(SVG, 'rect');
    setAttributes(band, {
      class: 'band',
      x: left,
      y: (boxes[i]?.y ?? 0) - 3,
      width,
      height: heights[i] ?? 0,
    });
    bands.append(band);
    const kind = crossing(row);
    const parts = [band, texts[i], lines[i]].filter((part) => part !== undefined);
    for (const part of parts) {
      if (kind) part.classList.add('crossing', kind);
      part.addEventListener('click', () => {
        choose(i);
      });
    }
    return parts;
  });
  svg.prepend(bands);
  let selected: readonly Element[] = [];
  return {
    box(row) {
      const box = boxes[row];
      return box && { ...box, x: box.x - left, y: box.y - top, height: heights[row] ?? box.height };
    },
    select(row) {
      for (const part of selected) part.classList.remove('current');
      selected = drawn[row] ?? [];
      for (const part of selected) part.classList.add('current');
    },
  };
}

/** The text of a message to oneself, moved from upon the lifeline to the right of its loop. */
function putBeside(loop: SVGPathElement, text: SVGTextElement | undefined): void {
  const { x, y, width, height } = loop.getBBox();
  if (!text) return;
  setAttributes(text, { x: x + width + 5, y: y + height / 2, dy: '0.35em' });
  text.style.textAnchor = 'start';
  text.style.dominantBaseline = 'auto';
  text.setAttribute('alignment-baseline', 'auto');
  text.setAttribute('dominant-baseline', 'auto');
}

/** The boxes of the parties stand above the first message; the page has a header of its own for them. */
function cropAbove(svg: SVGSVGElement, top: number): void {
  const { x, y, width, height } = svg.viewBox.baseVal;
  svg.setAttribute('viewBox', [x, top, width, height - (top - y)].join(' '));
}

/** Without boxes at the foot, Mermaid ends lifelines after 2000 pixels. */
function lengthenLifelines(svg: SVGSVGElement): void {
  const { y, height } = svg.viewBox.baseVal;
  for (const line of svg.querySelectorAll('[data-et="life-line"]'))
    line.setAttribute('y2', String(y + height));
}

function markNotes(svg: SVGSVGElement): void {
  for (const note of svg.querySelectorAll('[data-et="note"]')) {
    const words = note.textContent.trim();
    if (words.startsWith('VM exit')) note.classList.add('crossing', 'exit');
    if (words.startsWith('VM entry')) note.classList.add('crossing', 'entry');
  }
}

function union(first: SVGGraphicsElement | undefined, second: SVGGraphicsElement | undefined): Box {
  const boxes = [first, second].filter((part) => part !== undefined).map((part) => part.getBBox());
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

function setAttributes(target: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
}
