import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { ShownStep, StepRow } from '../../analysis/simulation.ts';
import { drawSequence } from '../../diagram/sequence.ts';
import type { Page } from '../../protocol/messages.ts';
import type { Tab } from '../../protocol/panel-state.ts';
import { shownRow, untimedRow } from '../../protocol/shown-row.ts';

/** Rows that can be drawn: of a run in time, or of a run of the explorer, which only knows an order. */
export type DrawnRows =
  | { readonly isTimed: true; readonly rows: readonly StepRow[] }
  | { readonly isTimed: false; readonly rows: readonly ShownStep[] };

/** All rows that the panel can ask for at the moment: each set has a number, which is never given again. */
export class Drawings {
  #last = 0;
  readonly #ofTab = new Map<Tab, ReadonlyMap<number, DrawnRows>>();

  /** Puts these in the place of all that a tab had; returns their numbers in the same order. */
  replace(tab: Tab, drawn: readonly DrawnRows[]): number[] {
    const numbered = new Map(drawn.map((rows) => [++this.#last, rows]));
    this.#ofTab.set(tab, numbered);
    return [...numbered.keys()];
  }

  /** The rows and their diagram; an error if others have taken their place. */
  page(drawing: number): Result<Page> {
    for (const numbered of this.#ofTab.values()) {
      const drawn = numbered.get(drawing);
      if (drawn) return ok(pageOf(drawing, drawn));
    }
    return fail('something newer has replaced what was asked for');
  }
}

function pageOf(drawing: number, drawn: DrawnRows): Page {
  const rows = drawn.isTimed ? drawn.rows.map(shownRow) : drawn.rows.map(untimedRow);
  return { drawing, isTimed: drawn.isTimed, rows, mermaid: drawSequence(drawn.rows) };
}
