import type { Page } from '../../protocol/page.ts';
import { element } from '../dom.ts';
import { rowOnPage } from '../page-rows.ts';
import type { DrawingSource } from '../panel-store.ts';
import { connectMessages } from './drawn-messages.ts';
import type { DrawnMessages } from './drawn-messages.ts';
import { markMessages } from './marked-messages.ts';
import { renderDiagram } from './mermaid-render.ts';
import { NumberGutter } from './number-gutter.ts';
import { listenForPanZoom } from './pan-zoom.ts';
import { PartyHeader } from './party-header.ts';
import { firstView, fitInto, fitWidth, keepInSight, reveal, zoomAbout } from './view-transform.ts';
import type { Size, ViewTransform } from './view-transform.ts';

/** Below this the text of a message cannot be read. */
const READABLE_SCALE = 0.72;
/** How long a page of the same drawing is there before it is drawn. */
const REST_MS = 120;
/** What is shown around the current step, at most: enough to see where its arrow comes from. */
const REVEAL_MARGIN: Size = { width: 150, height: 24 };

/** The drawing of a shape. It follows the current step and is redrawn only for another shape or another theme. */
export class DiagramView {
  readonly element: HTMLElement;
  readonly #store: DrawingSource;
  readonly #report: (problem: string) => void;
  readonly #header = new PartyHeader();
  readonly #gutter = new NumberGutter();
  readonly #content = element('div', { class: 'diagram-content', 'aria-hidden': 'true' });
  readonly #viewport: HTMLElement;
  readonly #onScale: ((scale: number) => void)[] = [];
  #messages: DrawnMessages | undefined;
  #drawing: Size = { width: 0, height: 0 };
  #transform: ViewTransform = { scale: 1, x: 0, y: 0 };
  #page: Page | null = null;
  #step = 0;
  #isPostponed = false;
  #isDrawing = false;
  /** Whether what is drawn, or being drawn, is not what is wanted. */
  #isStale = false;
  /** Whether the next drawing begins where a drawing begins, and not where the one before it was. */
  #anew = false;

  constructor(store: DrawingSource, report: (problem: string) => void) {
    this.#store = store;
    this.#report = report;
    this.#viewport = element(
      'div',
      {
        class: 'diagram-viewport',
        tabindex: '0',
        role: 'group',
        'aria-label': 'Sequence diagram; its messages are the rows of the list of steps',
        'data-testid': 'diagram',
      },
      this.#content,
    );
    this.element = element(
      'div',
      { class: 'diagram' },
      this.#header.element,
      element('div', { class: 'diagram-row' }, this.#gutter.element, this.#viewport),
    );
    listenForPanZoom(this.#viewport, {
      pan: (dx, dy) => {
        this.#move({ ...this.#transform, x: this.#transform.x + dx, y: this.#transform.y + dy });
      },
      zoomAt: (factor, px, py) => {
        this.#move(zoomAbout(this.#transform, this.#transform.scale * factor, px, py));
      },
      zoomBy: (factor) => {
        this.zoomBy(factor);
      },
      fit: () => {
        this.fit();
      },
    });
    this.#redrawOnThemeChange();
    new ResizeObserver(() => {
      if (this.#isPostponed && this.#viewport.clientWidth > 0) void this.#draw(this.#page, true);
    }).observe(this.#viewport);
    store.subscribe(({ state, page }, before) => {
      this.#step = state.step;
      if (page !== this.#page) void this.#draw(page, !isOtherPart(this.#page, page));
      else if (before?.state.step !== state.step) this.#showStep();
    });
  }

  /** Is told of the scale now and whenever it changes. */
  onScale(listener: (scale: number) => void): void {
    this.#onScale.push(listener);
    listener(this.#transform.scale);
  }

  zoomBy(factor: number): void {
    this.zoomTo(this.#transform.scale * factor);
  }

  /** Zooms about the middle of the viewport. */
  zoomTo(scale: number): void {
    const { clientWidth, clientHeight } = this.#viewport;
    this.#move(zoomAbout(this.#transform, scale, clientWidth / 2, clientHeight / 2));
  }

  /** Shows the whole width of the drawing about the current step; the second time in a row, all of it. */
  fit(): void {
    const room = this.#room();
    const wide = fitWidth(this.#drawing, room);
    if (this.#transform.scale === wide.scale && this.#transform.x === wide.x) {
      this.#move(fitInto(this.#drawing, room));
      return;
    }
    this.#move(wide);
    this.#showStep();
  }

  #redrawOnThemeChange(): void {
    new MutationObserver(() => {
      if (this.#page) void this.#draw(this.#page, false);
    }).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  /** Draws a page; of those that come while one is drawn only the last is drawn after it. */
  async #draw(page: Page | null, anew: boolean): Promise<void> {
    this.#page = page;
    this.#anew ||= anew;
    this.#isStale = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    while (this.#isStale) {
      this.#isStale = false;
      await this.#drawNow(this.#page);
    }
    this.#isDrawing = false;
  }

  async #drawNow(page: Page | null): Promise<void> {
    if (!page || page.rows.length === 0) {
      this.#clear(page ? 'All parties are hidden.' : '');
      return;
    }
    // Who turns pages to get somewhere does not wait for the pictures on the way.
    if (!this.#anew) await new Promise((resolve) => setTimeout(resolve, REST_MS));
    if (page !== this.#page) return;
    const drawn = await renderDiagram(page.mermaid);
    if (page !== this.#page) return;
    // Nothing can be measured in a tab that is not shown.
    this.#isPostponed = this.#viewport.clientWidth === 0;
    if (this.#isPostponed) return;
    if (drawn.ok) {
      this.#show(drawn.value, page, this.#anew);
      this.#anew = false;
      return;
    }
    this.#report(`the diagram cannot be drawn: ${drawn.error}`);
    this.#clear(`Cannot be drawn: ${drawn.error}`);
  }

  /** Takes the drawing away and says why. */
  #clear(problem: string): void {
    this.#messages = undefined;
    this.#drawing = { width: 0, height: 0 };
    this.#content.replaceChildren(...(problem === '' ? [] : [element('p', { class: 'problem' }, problem)]));
    this.#header.clear();
    this.#gutter.show(undefined, []);
    this.#move({ scale: 1, x: 0, y: 0 });
  }

  #show(svg: SVGSVGElement, page: Page, anew: boolean): void {
    this.#content.replaceChildren(svg);
    this.#messages = connectMessages(svg, page.rows, (row) => {
      this.#store.selectStep(page.rows[row]?.position ?? 0);
    });
    const { width, height } = svg.viewBox.baseVal;
    svg.setAttribute('width', String(width));
    svg.setAttribute('height', String(height));
    this.#drawing = { width, height };
    markMessages(svg, page.marks);
    if (!this.#messages) this.#report('the diagram has another number of messages than the list has steps');
    this.element.style.setProperty('--digits', String(String(page.steps).length));
    this.#header.show(svg, page.parties);
    this.#gutter.show(
      this.#messages,
      page.rows.map(({ position }) => position + 1),
    );
    this.#move(anew ? firstView(this.#drawing, this.#room(), READABLE_SCALE) : this.#transform);
    this.#showStep();
  }

  #showStep(): void {
    const row = rowOnPage(this.#page, this.#step);
    this.#messages?.select(row);
    this.#gutter.select(row);
    const box = this.#messages?.box(row);
    if (!box) return;
    const room = this.#room();
    const margin = { width: Math.min(REVEAL_MARGIN.width, room.width / 4), height: REVEAL_MARGIN.height };
    this.#move(reveal(this.#transform, box, room, margin));
  }

  #room(): Size {
    return { width: this.#viewport.clientWidth, height: this.#viewport.clientHeight };
  }

  #move(next: ViewTransform): void {
    this.#transform = this.#drawing.width > 0 ? keepInSight(next, this.#drawing, this.#room()) : next;
    const { scale, x, y } = this.#transform;
    this.#content.style.transform = `translate(${String(x)}px, ${String(y)}px) scale(${String(scale)})`;
    this.#header.place(this.#transform, this.#viewport.clientWidth);
    this.#gutter.place(this.#transform);
    for (const listener of this.#onScale) listener(scale);
  }
}

/** Whether two pages are of the same shape: then the scale stays, and only the current step is brought into sight. */
function isOtherPart(before: Page | null, page: Page | null): boolean {
  return before !== null && page !== null && before.drawing === page.drawing;
}
