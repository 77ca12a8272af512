import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { rowsOfShape } from '../../analysis/rows-of-shape.ts';
import type { Comparison, Offer, Subject } from '../../protocol/panel-state.ts';
import type { SideBySide } from '../../protocol/side-by-side.ts';
import { columnTitle, describeComparison } from './describe-comparison.ts';
import type { FinishedComparison, FinishedMember, FinishedOffer } from './finished.ts';
import { drawSideBySide } from './side-by-side.ts';

/** What stands behind the *Compare* tab: the runs that are compared, and what can be compared. */
export class ComparedRuns {
  #members: readonly FinishedMember[] = [];
  #offers: readonly FinishedOffer[] = [];
  /** The way back from one of its runs. */
  #last: FinishedOffer | null = null;
  /** The number of the comparison; never given again. */
  #id = 0;

  /** Takes the place of whatever was compared before. */
  finish({ members, missing }: FinishedComparison): Comparison {
    this.#members = members;
    this.#offers = [];
    this.#last = {
      title: 'The last comparison',
      path: '',
      detail: members.map(({ title, run }) => columnTitle({ title, whatIf: run.whatIf })).join(' · '),
      subject: { kind: 'comparison', members: members.map(({ subject }) => subject) },
    };
    this.#id++;
    const compared = members.map(({ title, run }) => ({ title, ...run }));
    return describeComparison(this.#id, compared, missing);
  }

  /** Nothing is compared now, but this could be, and if told so what was compared last. */
  offer(offers: readonly FinishedOffer[], withLast: boolean): void {
    this.#members = [];
    this.#offers = [...offers, ...(this.#last && withLast ? [this.#last] : [])];
    this.#id++;
  }

  /** The offers as the panel shows them. */
  offers(): Offer[] {
    return this.#offers.map(({ title, path, detail }) => ({ title, path, detail }));
  }

  column(column: number): Subject | undefined {
    return this.#members[column]?.subject;
  }

  offered(offer: number): Subject | undefined {
    return this.#offers[offer]?.subject;
  }

  /** The runs side by side, each with the cycle of one of its shapes. */
  draw(id: number, shapes: readonly number[]): Result<SideBySide> {
    if (id !== this.#id) return fail('another comparison has replaced the one that was asked for');
    const cycles = this.#members.map(({ title, run }, i) => ({
      title: columnTitle({ title, whatIf: run.whatIf }),
      rows: rowsOfShape(run.simulation, shapes[i] ?? 0),
    }));
    if (cycles.some(({ rows }) => rows.length === 0))
      return fail('there is no such shape in one of the runs');
    return ok(drawSideBySide(cycles));
  }
}
