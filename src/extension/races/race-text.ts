import type { ExploredRun } from '../../analysis/exploration.ts';
import type { ShownStep } from '../../analysis/simulation.ts';
import { explorationDiagram } from '../../diagram/exploration-diagram.ts';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import { MAIL_WIDTH, wrap } from '../panel/plain-text.ts';
import type { ExplorationOrder } from '../worker/messages.ts';
import { raceSentence } from './describe-race.ts';
import { leftOut } from './race-rows.ts';
import type { Shows } from './race-rows.ts';

/** A run of the explorer, with what it was found by. */
export interface FoundRace {
  readonly title: string;
  readonly run: ExploredRun;
  /** Null for an outcome. */
  readonly shows: Shows | null;
  readonly order: ExplorationOrder;
}

/** A counterexample as a Mermaid diagram, its cycle in a loop. */
export function raceDiagram({ title, run, order }: FoundRace): string {
  return explorationDiagram(run, `${order.path}: ${title}`);
}

/** A counterexample as plain text for a mail: what it shows, the command that finds it, and a line for each step. */
export function raceText({ title, run, shows, order }: FoundRace): string {
  const { prefix, cycle } = run;
  const { host, guest } = order.facts;
  const from = leftOut(run);
  const lines = stepLines([...prefix, ...cycle].slice(from));
  const repeats = cycle.length > 0 ? Math.max(0, prefix.length - from) : lines.length;
  const sentence = raceSentence(run, shows, title);
  return [
    ...wrap(`${order.path}: ${title}`),
    ...wrap(sentence.map(({ text }) => text).join('')),
    ...wrap(
      `assuming QEMU ${host.qemu}; Linux ${host.kernel} on the host; Linux ${guest.kernel} in the guest`,
    ),
    '',
    ...commandLine(order),
    '',
    ...lines.slice(0, repeats).flat(),
    ...(cycle.length > 0 ? ['and then for ever:'] : []),
    ...lines.slice(repeats).flat(),
    '',
  ].join('\n');
}

/** Of each step a line, and further ones for what it changes where that does not fit behind it. */
function stepLines(steps: readonly ShownStep[]): string[][] {
  const numberWidth = String(steps.length).length;
  const partyWidth = Math.max(0, ...steps.map(({ party }) => party.length));
  return steps.map(({ party, label, changes }, i) => {
    const line = `${String(i + 1).padStart(numberWidth)}  ${party.padEnd(partyWidth)}  ${label}`;
    const changed = changes
      .filter(({ notable }) => notable)
      .map(({ field, from, to }) => `${field} ${from} -> ${to}`)
      .join(', ');
    if (changed === '') return [line];
    const whole = `${line}: ${changed}`;
    const indent = ' '.repeat(numberWidth + 4);
    return whole.length <= MAIL_WIDTH ? [whole] : [line, ...wrap(changed, indent)];
  });
}

/** The `irqpath` command that finds it, for a shell. Facts that are as they are by default are left out, but versions. */
function commandLine({ path, settings = {}, bugs = {}, facts }: ExplorationOrder): string[] {
  const { host, guest } = facts;
  const parts = [
    `irqpath explore --path ${path}`,
    ...Object.entries(bugs).map(([name, on]) => `--bug ${name}=${on ? 'on' : 'off'}`),
    ...Object.entries(settings).map(([name, value]) => `--set ${name}=${value}`),
    `--host ${[`qemu=${host.qemu}`, `kernel=${host.kernel}`, ...others(host, DEFAULT_FACTS.host)].join(',')}`,
    `--guest ${[`kernel=${guest.kernel}`, ...others(guest, DEFAULT_FACTS.guest)].join(',')}`,
  ];
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + part.length <= MAIL_WIDTH)
      lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(last === undefined ? part : `  ${part}`);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line} \\` : line));
}

/** Facts that are not as they are by default, without the versions. */
function others(facts: object, defaults: object): string[] {
  const known = new Map<string, unknown>(Object.entries(defaults));
  return Object.entries(facts).flatMap(([name, value]) =>
    name === 'qemu' || name === 'kernel' || known.get(name) === value ? [] : [`${name}=${String(value)}`],
  );
}
