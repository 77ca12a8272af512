import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import { ALL_PATHS, findPath } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** Ends every interrupt by an exit: fewer states. */
const FEW = { pvEoi: 'off' };

interface RingBug {
  readonly path: string;
  readonly bug: string;
  readonly settings: PathSettings;
  /** Labels of a counterexample in the order in which it must have them. */
  readonly story: readonly string[];
}

const DEVICE = 'device-looks-once';
const POLLING = 'polling-looks-once';
const DRIVER = 'driver-looks-once';
/** The request comes after the device has looked, and is not seen to want a notification. */
const KICK_LOST = ['pop-request', 'add-request', 'prepare-kick', 'enable-notification'];
const POLL_LOST = ['run-poll-handlers', 'add-request', 'prepare-kick', 'end-polling'];
/** Used after the driver has looked, and judged while it still wanted no interrupt. */
const CALL_LOST = ['get-buffer', 'push-request', 'should-notify', 'enable-callback'];

const BUGS: readonly RingBug[] = [
  { path: 'virtio/notify-iothread', bug: DEVICE, settings: {}, story: KICK_LOST },
  { path: 'virtio/notify-iothread', bug: POLLING, settings: { eventIdx: 'off' }, story: POLL_LOST },
  { path: 'virtio/call-userspace', bug: DRIVER, settings: { kick: 'sync' }, story: CALL_LOST },
  { path: 'virtio/call-intx', bug: DRIVER, settings: { kick: 'sync', eventIdx: 'off' }, story: CALL_LOST },
];

function settingsWith({ path, bug, settings }: RingBug): PathSettings {
  const needs = findPath(path)?.info.bugs.find(({ name }) => name === bug)?.needs;
  return { ...FEW, ...needs, ...settings };
}

function explored(path: string, settings: PathSettings, bugs: BugOverrides): Exploration {
  return unwrap(finish(explorePath({ path, facts: TEST_FACTS, settings, bugs: { all: false, ...bugs } })));
}

/** Whether `labels` has those of the story in their order, the last of each. */
function tells(labels: readonly string[], story: readonly string[]): boolean {
  let at = labels.length;
  for (const label of [...story].reverse()) {
    at = labels.lastIndexOf(label, at - 1);
    if (at < 0) return false;
  }
  return true;
}

describe('a side of the ring that does not look again', { timeout: 300_000 }, () => {
  it.each(BUGS)('$path $settings, $bug=on: something is never seen', (ringBug) => {
    const { violations } = explored(ringBug.path, settingsWith(ringBug), { [ringBug.bug]: true });
    const lost = violations.find(({ property }) => property === 'no-lost-interrupt');
    const labels = lost?.prefix.map(({ label }) => label) ?? [];
    expect({ labels, told: tells(labels, ringBug.story) }).toMatchObject({ told: true });
  });

  // Of both bugs of the IOThread the rest of the machine is the same.
  const wholes = BUGS.filter(({ bug }) => bug !== POLLING);
  it.each(wholes)('$path $settings, $bug=off: all states seen, nothing is lost', (ringBug) => {
    const { complete, violations, states } = explored(ringBug.path, settingsWith(ringBug), {});
    expect(complete).toBe(true);
    expect(states).toBeGreaterThan(1000);
    expect(violations).toEqual([]);
  });

  it('is in no release: no version switches it on, --bug does', () => {
    for (const { info } of ALL_PATHS) {
      for (const { name, whatIf } of info.bugs.filter((bug) => bug.whatIf)) {
        expect(whatIf).toBe(true);
        for (const qemu of ['0.14', '7.2', '10.1']) {
          const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
          expect(bugsOf(info.id, {}, facts).has(name)).toBe(false);
          expect(bugsOf(info.id, { [name]: true }, facts).has(name)).toBe(true);
        }
      }
    }
  });
});
