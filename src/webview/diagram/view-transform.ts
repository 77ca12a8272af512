/** How a drawing lies in its viewport: `screen = drawing * scale + offset`, all in CSS pixels. */
export interface ViewTransform {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of the drawing. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

const MIN_SCALE = 0.05;
const MAX_SCALE = 40;
/** How much of the drawing stays in sight however far it is moved. */
const KEEP_VISIBLE = 48;

/** The scales that a drawing may have. */
export interface ScaleLimits {
  readonly least: number;
  readonly most: number;
}

/** The transform with another scale, so that the drawing's point under `(px, py)` stays where it is. */
export function zoomAbout(
  view: ViewTransform,
  scale: number,
  px: number,
  py: number,
  { least, most }: ScaleLimits = { least: MIN_SCALE, most: MAX_SCALE },
): ViewTransform {
  const next = Math.min(most, Math.max(least, scale));
  const factor = next / view.scale;
  return { scale: next, x: px - (px - view.x) * factor, y: py - (py - view.y) * factor };
}

/** The transform that shows the whole drawing, never larger than 100 %. */
export function fitInto(drawing: Size, viewport: Size): ViewTransform {
  const scale = Math.max(
    MIN_SCALE,
    Math.min(1, viewport.width / drawing.width, viewport.height / drawing.height),
  );
  return { scale, x: Math.max(0, (viewport.width - drawing.width * scale) / 2), y: 0 };
}

/** The transform that shows the whole width of the drawing from its top, never larger than 100 %. */
export function fitWidth(drawing: Size, viewport: Size): ViewTransform {
  const scale = Math.max(MIN_SCALE, Math.min(1, viewport.width / drawing.width));
  return { scale, x: Math.max(0, (viewport.width - drawing.width * scale) / 2), y: 0 };
}

/**
 * Where a drawing begins: its width fitted in if it stays readable that way, else at the smallest readable scale
 * and at its upper left corner.
 */
export function firstView(drawing: Size, viewport: Size, readableScale: number): ViewTransform {
  const fitted = fitWidth(drawing, viewport);
  return fitted.scale >= readableScale ? fitted : { scale: readableScale, x: 0, y: 0 };
}

/** The transform moved so far back that some of the drawing stays in sight; all of it, if it is that small. */
export function keepInSight(view: ViewTransform, drawing: Size, viewport: Size): ViewTransform {
  return {
    scale: view.scale,
    x: within(view.x, drawing.width * view.scale, viewport.width),
    y: within(view.y, drawing.height * view.scale, viewport.height),
  };
}

function within(offset: number, length: number, room: number): number {
  const keep = Math.min(KEEP_VISIBLE, length, room);
  return Math.min(room - keep, Math.max(keep - length, offset));
}

/**
 * The transform moved as little as needed to show `box` with a margin around it, in screen pixels. Of a box that
 * is too large for that, its beginning is shown.
 */
export function reveal(view: ViewTransform, box: Box, viewport: Size, margin: Size): ViewTransform {
  return {
    scale: view.scale,
    x: shifted(view.x, box.x * view.scale, box.width * view.scale, viewport.width, margin.width),
    y: shifted(view.y, box.y * view.scale, box.height * view.scale, viewport.height, margin.height),
  };
}

function shifted(offset: number, start: number, length: number, room: number, margin: number): number {
  if (start + offset < margin || length + 2 * margin > room) {
    return start + offset < margin || start + offset + margin > room ? margin - start : offset;
  }
  return start + length + offset > room - margin ? room - margin - length - start : offset;
}
