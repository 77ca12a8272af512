import type { Exploration } from '../../analysis/exploration.ts';
import { OUTCOMES } from '../../analysis/outcomes.ts';
import { BROKEN } from '../../analysis/property-text.ts';
import type { Phrase } from '../../protocol/panel-state.ts';
import type { Explored, FoundRun } from '../../protocol/races-state.ts';

/** What an exploration found, in the words of the panel; its runs are in the order of {@link runsOf}. */
export function describeExploration(exploration: Exploration, seconds: number): Explored {
  return {
    sentence: [...verdict(exploration), plain(` ${size(exploration, seconds)}`), ...range(exploration)],
    runs: [
      ...exploration.violations.map(({ property, source }): FoundRun => ({
        title: source === null ? property : `${property} · ${source}`,
        words: BROKEN[property] ?? 'This property does not hold.',
      })),
      ...reached(exploration).map(({ outcome }): FoundRun => ({
        title: outcome,
        words: `Can happen: ${OUTCOMES[outcome]?.title ?? outcome}.`,
      })),
    ],
  };
}

/** The outcomes that were reached. */
export function reached({ witnesses }: Exploration): Exploration['witnesses'] {
  return witnesses.filter((witness) => witness.reached);
}

/** What an exploration says about the properties, as the beginning of a sentence. */
export function verdict({ violations, complete, properties }: Exploration): Phrase[] {
  const names = [...new Set(violations.map(({ property }) => property))];
  const count = names.length;
  const found =
    count === 0 ? 'No property is violated' : `${plural(count, 'property is', 'properties are')} violated`;
  if (complete) {
    return [strong(found), plain(', whatever the order of things and however many interrupts arrive.')];
  }
  const unknown = [
    ...new Set(properties.flatMap(({ name, verdict: known }) => (known === 'unknown' ? [name] : []))),
  ];
  return [
    strong(`${found} in what was seen; not everything was.`),
    plain(unknown.length === 0 ? '' : ` Not known: ${unknown.join(', ')}.`),
  ];
}

/** How much was looked at, e.g. `4 133 states, 12 007 transitions, 0.4 s.` */
export function size({ states, transitions, complete }: Exploration, seconds: number): string {
  const head = complete ? 'All' : 'Seen:';
  const time = seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
  return `${head} ${grouped(states)} states, ${grouped(transitions)} transitions, ${time} s.`;
}

/** A number with thin spaces between its thousands. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, '\u202f');
}

function range({ spuriousPerInterrupt }: Exploration): Phrase[] {
  return spuriousPerInterrupt.flatMap(({ least, most }) =>
    most === 0
      ? []
      : [plain(` Spurious guest interrupts for each that is served: ${least} to ${most ?? 'any number'}.`)],
  );
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? `One ${one}` : `${count} ${many}`;
}

function plain(text: string): Phrase {
  return { text, strong: false };
}

function strong(text: string): Phrase {
  return { text, strong: true };
}
