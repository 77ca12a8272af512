import type { Exploration, ExploredRun, Violation, Witness } from '../analysis/exploration.ts';
import { OUTCOMES } from '../analysis/outcomes.ts';
import type { ShownStep } from '../analysis/simulation.ts';
import { factsText } from './facts-text.ts';
import { BROKEN } from '../analysis/property-text.ts';
import type { SelectedDevice } from './select-device.ts';
import { table, wrap } from './text.ts';

/**
 * What `irqpath explore` prints for people: the verdict, then every run that shows something. `selected` is the device of
 * a file whose path it is.
 */
export function explorationText(exploration: Exploration, selected: SelectedDevice | null): string {
  const { violations, witnesses } = exploration;
  const lines = [
    ...verdict(exploration),
    ...(selected === null ? [] : [`${selected.device.id} at ${selected.place}`]),
    ...verdicts(exploration),
    ...numbers(exploration),
    ...ranges(exploration),
    '',
    ...violations.flatMap((violation, i) => [...violationText(violation, i + 1), '']),
    ...witnesses.flatMap((witness) => [...witnessText(witness, exploration.complete), '']),
    ...factsText(exploration.facts),
  ];
  return `${lines.join('\n')}\n`;
}

function verdict({ path, complete, violations }: Exploration): string[] {
  const names = violations.map(({ property, source }) => nameOf(property, source));
  const found = names.length === 0 ? 'no violation found' : `violated: ${names.join(', ')}`;
  if (complete) return wrap(`${found}; all interleavings were explored`, `${path}: `, '  ');
  const rest = names.length === 0 ? 'there may be violations' : 'there may be more';
  return wrap(`${found}; NOT EVERYTHING WAS LOOKED AT: ${rest}`, `${path}: `, '  ');
}

/** What holds, and what is not known; what does not hold is shown in full. */
function verdicts({ properties }: Exploration): string[] {
  return (['holds', 'unknown'] as const).flatMap((verdict) => {
    const names = properties.flatMap((property) =>
      property.verdict === verdict ? [nameOf(property.name, property.source)] : [],
    );
    return names.length === 0 ? [] : wrap(names.join(', '), `${verdict} `);
  });
}

function nameOf(property: string, source: string | null): string {
  return source === null ? property : `${property} (${source})`;
}

function numbers({ states, transitions, depth, bugs, settings, reduced }: Exploration): string[] {
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const switches = Object.entries(bugs).map(([name, on]) => `${name}=${on ? 'on' : 'off'}`);
  return [
    `${states} states · ${transitions} transitions · depth ${depth} · any number of interrupts`,
    ...(reduced ? ['interleavings that no property can tell apart are left out (--every-interleaving)'] : []),
    ...(set.length === 0 ? [] : wrap(set.join(' '), 'settings ')),
    ...(switches.length === 0 ? [] : wrap(switches.join(' '), 'bugs ')),
  ];
}

function ranges({ spuriousPerInterrupt }: Exploration): string[] {
  return spuriousPerInterrupt.flatMap(({ source, least, most }) =>
    most === 0
      ? []
      : wrap(
          `${least} to ${most ?? 'any number'} for each interrupt that is served (${source})`,
          'spurious guest interrupts ',
        ),
  );
}

function violationText(violation: Violation, number: number): string[] {
  const { property, source } = violation;
  return [
    `${number}. ${property}${source === null ? '' : ` · ${source}`}`,
    ...wrap(BROKEN[property] ?? 'This property does not hold.', '   '),
    ...runText(violation),
  ];
}

function witnessText(witness: Witness, complete: boolean): string[] {
  const { outcome, reached, prefix } = witness;
  const title = OUTCOMES[outcome]?.title ?? outcome;
  if (reached)
    return [...wrap(title, `${outcome}: reached in ${prefix.length} steps: `, '   '), ...runText(witness)];
  const answer = complete ? 'cannot be reached' : 'not reached in what was seen';
  return wrap(title, `${outcome}: ${answer}: `, '   ');
}

function runText({ prefix, cycle, starved, timers }: ExploredRun): string[] {
  const lines = table(
    [
      { title: '#', align: 'right', maximum: 5 },
      { title: 'party', align: 'left', maximum: 18 },
      { title: 'step', align: 'left', maximum: 30 },
      { title: 'what changes', align: 'left' },
    ],
    [...prefix, ...cycle].map((step, i) => [String(i + 1), step.party, step.label, changesText(step)]),
  );
  const cycleStart = 1 + prefix.length;
  return [
    ...lines.slice(0, cycleStart),
    ...(cycle.length === 0 ? [] : ['and then for ever:', ...lines.slice(cycleStart)]),
    ...(starved.length === 0
      ? []
      : wrap(`${starved.join(', ')}: could go on at any time of the cycle and never does`, 'starves ')),
    ...(timers.length === 0
      ? []
      : wrap(`${timers.join(', ')}; here a timer may elapse at any moment`, 'relies on timers: ')),
  ];
}

function changesText({ changes }: ShownStep): string {
  return changes
    .filter(({ notable }) => notable)
    .map(({ field, from, to }) => `${field} ${from} → ${to}`)
    .join(', ');
}
