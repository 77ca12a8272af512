import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Tab } from '../../protocol/panel-state.ts';
import { DrawingPages } from './drawing-pages.ts';
import type { DrawnRows } from './drawn-rows.ts';

/** All rows that the panel can ask for at the moment: each set has a number, which is never given again. */
export class Drawings {
  #last = 0;
  readonly #ofTab = new Map<Tab, Map<number, DrawnRows | DrawingPages>>();

  /** Puts these in the place of all that a tab had; returns their numbers in the same order. */
  replace(tab: Tab, drawn: readonly DrawnRows[]): number[] {
    const numbered = new Map<number, DrawnRows | DrawingPages>(drawn.map((rows) => [++this.#last, rows]));
    this.#ofTab.set(tab, numbered);
    return [...numbered.keys()];
  }

  /** The pages of the rows with that number, made when they are asked for; an error if others took their place. */
  pages(drawing: number): Result<DrawingPages> {
    for (const numbered of this.#ofTab.values()) {
      const drawn = numbered.get(drawing);
      if (!drawn) continue;
      const pages = drawn instanceof DrawingPages ? drawn : new DrawingPages(drawn);
      numbered.set(drawing, pages);
      return ok(pages);
    }
    return fail('something newer has replaced what was asked for');
  }
}
