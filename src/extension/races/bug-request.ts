import type { Facts } from '../../facts/facts.ts';
import type { KnownBug } from '../../paths/path.ts';
import type { ExplorationOrder } from '../worker/messages.ts';
import { pathSettings } from './describe-races.ts';
import type { Explorable } from './describe-races.ts';

/** How a known bug is looked for: with it in the machine, and the same without it. No other known bug is in either. */
export interface BugRequests {
  readonly withBug: ExplorationOrder;
  readonly fixed: ExplorationOrder;
  /** With which settings and facts besides those of the run, in words; empty if with none. */
  readonly needs: string;
}

/**
 * The searches that show a bug, most wanted first: with the settings of the run and what the bug needs, then with what
 * the bug needs alone, as it need not show on this machine.
 */
export function bugRequests(run: Explorable, bug: KnownBug): BugRequests[] {
  const { path, facts } = run;
  const own = pathSettings(run);
  const needed: Facts = { ...facts, host: { ...facts.host, ...bug.needsHost } };
  const starts = Object.keys(own).length === 0 ? [{}] : [own, {}];
  return starts.map((start) => {
    const order = { path, facts: needed, settings: { ...start, ...bug.needs } };
    return {
      withBug: { ...order, bugs: { all: false, [bug.name]: true }, stopAtViolation: bug.violates },
      fixed: { ...order, bugs: { all: false } },
      needs: Object.entries({ ...bug.needs, ...bug.needsHost })
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    };
  });
}

/** What the machine without a bug is called. */
export function fixedTitle({ fixedIn, whatIf }: KnownBug): string {
  if (whatIf) return 'As all releases do it';
  return fixedIn === null ? 'With a fix' : `Fixed (${fixedIn})`;
}
