import type { Exploration, ExploredRun } from '../../analysis/exploration.ts';
import { BROKEN, fatalWords } from '../../analysis/property-text.ts';
import type { Phrase } from '../../protocol/panel-state.ts';
import { grouped } from './describe-exploration.ts';
import { fatalInterrupt, fatalStep, leftOut } from './race-rows.ts';
import type { Shows } from './race-rows.ts';

/** What a run shows, in sentences: what goes wrong, where, what repeats, who starves, which timers it needs. */
export function raceSentence(run: ExploredRun, shows: Shows | null, title: string): Phrase[] {
  const { prefix, cycle, starved, timers } = run;
  const phrases: Phrase[] = [];
  if (shows) {
    const where = `Step ${fatalStep(run) - leftOut(run) + 1}: ${fatalWords(shows.property, fatalInterrupt(run, shows))}.`;
    phrases.push(plain(`${BROKEN[shows.property] ?? 'This property does not hold.'} `), strong(where));
  } else {
    phrases.push(plain(`${title}. `), strong(`Reached in ${prefix.length} steps.`));
  }
  if (cycle.length > 0) phrases.push(plain(` The ${cycle.length} steps from there on are the cycle.`));
  if (starved.length > 0) {
    phrases.push(plain(` ${starved.join(', ')} could go on at any time of it and never does: it starves.`));
  }
  if (timers.length > 0) {
    phrases.push(plain(` Needs ${timers.join(', ')}, which here may elapse at any moment.`));
  }
  if (leftOut(run) > 0) phrases.push(plain(` The first ${leftOut(run)} steps are not drawn.`));
  return phrases;
}

/** What is known of the machine without a bug; `violates` is the property that the bug violates. */
export function fixedSentence(
  { complete, states, violations, properties }: Exploration,
  violates: string,
): Phrase[] {
  const others = [...new Set(violations.map(({ property }) => property))];
  if (complete && others.length === 0) {
    return [strong(`All ${grouped(states)} states looked at, no violation.`)];
  }
  const known = properties.filter(({ name }) => name === violates).map(({ verdict }) => verdict);
  const holds = known.length > 0 && known.every((verdict) => verdict === 'holds');
  const seen = complete
    ? `All ${grouped(states)} states looked at`
    : `${grouped(states)} states looked at, not all`;
  if (others.length === 0) return [strong(`${seen}: no violation among them.`)];
  return [
    strong(`${seen}: ${holds ? `${violates} holds` : `${violates} is not known to hold`};`),
    plain(` still violated: ${others.join(', ')}.`),
  ];
}

function plain(text: string): Phrase {
  return { text, strong: false };
}

function strong(text: string): Phrase {
  return { text, strong: true };
}
