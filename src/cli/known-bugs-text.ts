import type { Simulation } from '../analysis/simulation.ts';
import { findPath } from '../paths/all-paths.ts';
import type { KnownBug } from '../paths/path.ts';
import { wrap } from './text.ts';

/** Which known bugs are in the machine that was run, and the command that looks for runs in which they show. */
export function knownBugsText({ path, settings, bugs }: Simulation): string[] {
  const module = findPath(path);
  const known = module?.info.bugs.filter(({ name }) => bugs[name] === true) ?? [];
  const given = module?.settings.filter(({ name }) => settings[name] !== undefined) ?? [];
  const options = given.map(({ name }) => ` --set ${name}=${String(settings[name])}`);
  const width = Math.max(...known.map(({ name }) => name.length));
  return [
    known.length === 0 ? 'no known bug of the path is in this machine' : 'known bugs in this machine',
    ...known.flatMap((bug) => wrap(bugText(bug), `  ${bug.name.padEnd(width)}  `)),
    // In one line, however long, to be copied.
    `all interleavings: irqpath explore --path ${path}${options.join('')}`,
  ];
}

function bugText({ title, needs = {} }: KnownBug): string {
  const settings = Object.entries(needs).map(([name, value]) => `${name}=${String(value)}`);
  return settings.length === 0 ? title : `${title} (only with ${settings.join(' ')})`;
}
