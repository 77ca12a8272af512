import type { Phrase, Subject } from '../../protocol/panel-state.ts';
import { changedFacts } from '../fact-settings.ts';
import { movedPhrases } from './delta-phrases.ts';
import type { FinishedRun } from './finished.ts';

/** The run that was shown last, to say what a change of the assumptions moves. */
export class LastRun {
  #last: { readonly subject: string; readonly run: FinishedRun } | undefined;

  /** What such a change moved since the run before this one; nothing if that was about something else. */
  moved(subject: Subject, run: FinishedRun): readonly Phrase[] {
    const before = this.#last;
    const key = JSON.stringify(subject);
    this.#last = { subject: key, run };
    if (before?.subject !== key) return [];
    const changed = changedFacts(before.run.simulation.facts, run.simulation.facts);
    return changed.length === 0 ? [] : movedPhrases(changed, before.run.measured, run.measured);
  }
}
