/** What the user wants to happen to the drawing; distances in CSS pixels, points relative to the viewport. */
export interface PanZoomTarget {
  pan(dx: number, dy: number): void;
  zoomAt(factor: number, px: number, py: number): void;
  zoomBy(factor: number): void;
  fit(): void;
}

const KEY_PAN = 48;
const KEY_ZOOM = 1.25;
/** Below this a press is a click on a message, not a drag. */
const DRAG_THRESHOLD = 4;

/** Listens to wheel, pointer and keyboard on the viewport: wheel scrolls, Ctrl and wheel (or a pinch) zooms. */
export function listenForPanZoom(viewport: HTMLElement, target: PanZoomTarget): void {
  viewport.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = viewport.getBoundingClientRect();
        target.zoomAt(Math.exp(-pixels(event) / 300), event.clientX - left, event.clientY - top);
      } else if (event.shiftKey) {
        target.pan(-pixels(event), 0);
      } else {
        target.pan(-event.deltaX, -pixels(event));
      }
    },
    { passive: false },
  );
  listenForDrag(viewport, target);
  viewport.addEventListener('keydown', (event) => {
    if (event.target === viewport && !event.ctrlKey && !event.metaKey && pressed(event.key, target)) {
      event.preventDefault();
    }
  });
}

/** A wheel's turn in pixels, whichever unit the device counts in. */
function pixels(event: WheelEvent): number {
  return event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
}

function listenForDrag(viewport: HTMLElement, target: PanZoomTarget): void {
  let from: { x: number; y: number } | undefined;
  let dragging = false;
  viewport.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 && event.button !== 1) return;
    from = { x: event.clientX, y: event.clientY };
    dragging = false;
  });
  viewport.addEventListener('pointermove', (event) => {
    if (!from) return;
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    if (!dragging && Math.hypot(dx, dy) < DRAG_THRESHOLD) return;
    if (!dragging) viewport.setPointerCapture(event.pointerId);
    dragging = true;
    viewport.classList.add('dragging');
    target.pan(dx, dy);
    from = { x: event.clientX, y: event.clientY };
  });
  const end = (): void => {
    from = undefined;
    viewport.classList.remove('dragging');
  };
  viewport.addEventListener('pointerup', end);
  viewport.addEventListener('pointercancel', end);
}

function pressed(key: string, target: PanZoomTarget): boolean {
  switch (key) {
    case 'ArrowLeft':
      target.pan(KEY_PAN, 0);
      return true;
    case 'ArrowRight':
      target.pan(-KEY_PAN, 0);
      return true;
    case 'ArrowUp':
      target.pan(0, KEY_PAN);
      return true;
    case 'ArrowDown':
      target.pan(0, -KEY_PAN);
      return true;
    case '+':
    case '=':
      target.zoomBy(KEY_ZOOM);
      return true;
    case '-':
      target.zoomBy(1 / KEY_ZOOM);
      return true;
    case '0':
      target.fit();
      return true;
    default:
      return false;
  }
}
