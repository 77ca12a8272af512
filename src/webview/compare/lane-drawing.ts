import type { DrawnStep } from '../../protocol/side-by-side.ts';

/** From one lane to the next; the style sheet draws the lines of the lanes at the same distance. */
export const LANE_PITCH = 11;
/** The height of a row; that of the style sheet. */
const ROW_HEIGHT = 22;
const HEAD = 3;
const DOT = 3;

const SVG = 'http://www.w3.org/2000/svg';

/** The dot of a step on its lane and the arrow that leads to it, as an SVG of as many lanes as there are. */
export function laneDrawing({ lane, from, isSignal }: DrawnStep, lanes: number): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('width', String(lanes * LANE_PITCH));
  svg.setAttribute('height', String(ROW_HEIGHT));
  svg.setAttribute('aria-hidden', 'true');
  const x = middleOf(lane);
  if (from >= 0) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', isSignal ? 'arrow signal' : 'arrow');
    path.setAttribute('d', arrowPath(middleOf(from), x, isSignal));
    svg.append(path);
  }
  const dot = document.createElementNS(SVG, 'circle');
  dot.setAttribute('cx', String(x));
  dot.setAttribute('cy', String(ROW_HEIGHT / 2));
  dot.setAttribute('r', String(DOT));
  svg.append(dot);
  return svg;
}

function middleOf(lane: number): number {
  return lane * LANE_PITCH + LANE_PITCH / 2;
}

/** A line that ends at the dot; a closed head for one that goes on with the call, an open one for a signal. */
function arrowPath(start: number, dot: number, isSignal: boolean): string {
  const direction = dot > start ? 1 : -1;
  const end = dot - direction * DOT;
  const back = end - direction * HEAD;
  const y = ROW_HEIGHT / 2;
  const head = `M${String(back)} ${String(y - HEAD)}L${String(end)} ${String(y)}L${String(back)} ${String(y + HEAD)}`;
  return `M${String(start)} ${String(y)}H${String(end)}${head}${isSignal ? '' : 'Z'}`;
}
