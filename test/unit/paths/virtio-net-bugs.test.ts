import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import { NET_BUGS } from '../../../src/paths/virtio-net-bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { bugsOf, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const SYNC = 'virtio/notify-sync';
/** Takes the fewest states: a guest that computes, and a line, whose end waits for QEMU. */
const SMALL: PathSettings = { guest: 'busy', pvEoi: 'off', call: 'intx' };

function explored(bug: string, isOn: boolean): Exploration {
  const settings = { ...findPath(SYNC)?.info.bugs.find(({ name }) => name === bug)?.needs, ...SMALL };
  const bugs = { all: false, [bug]: isOn };
  const result = unwrap(finish(explorePath({ path: SYNC, settings, facts: TEST_FACTS, bugs })));
  expect(result.complete).toBe(true);
  return result;
}

function stallOf(bug: string): readonly string[] {
  const stall = explored(bug, true).violations.find(({ property }) => property === 'no-lost-interrupt');
  return stall?.prefix.map(({ label }) => label) ?? [];
}

describe('known bugs of virtio-net', { timeout: 240_000 }, () => {
  it('rx-stall: the index is written after the guest has looked at it, and more is added without another look', () => {
    const labels = stallOf('rx-stall');
    const [read, written, counted] = ['read-avail-idx', 'write-avail-event', 'count-again'].map((label) =>
      labels.lastIndexOf(label),
    );
    // The guest adds a buffer and decides not to notify, between the two.
    expect(labels.slice(read, written)).toEqual(expect.arrayContaining(['add-buffer', 'prepare-kick']));
    expect(counted).toBeGreaterThan(written ?? Infinity);
    // What it adds then, it does not notify for either.
    expect(labels.slice(written)).toContain('add-buffer');
    expect(labels.slice(written)).not.toContain('notify');
  });

  it('tx-timer-burst: a packet is left, with notifications on that its like has passed', () => {
    const labels = stallOf('tx-timer-burst');
    expect(labels).toContain('forget-rest');
    expect(labels.slice(labels.lastIndexOf('forget-rest'))).not.toContain('tx-timer-callback');
  });

  it.each(NET_BUGS.map(({ name }) => name))('%s, off: all states seen, nothing lost', (bug) => {
    expect(explored(bug, false).violations).toEqual([]);
  });

  it.each([
    ['7.1', ['rx-stall', 'tx-timer-burst']],
    ['7.2', ['rx-stall']],
    ['9.1', []],
  ])('QEMU %s has %o, whichever leg is looked at', (qemu, expected) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
    const ofNet = new Set(NET_BUGS.map(({ name }) => name));
    expect([...bugsOf(SYNC, {}, facts)].filter((name) => ofNet.has(name))).toEqual(expected);
    const labels = (settings: PathSettings): string[] =>
      wire('virtio/call-userspace', { device: 'virtio-net', ...settings }, facts).model.steps.map(
        ({ label }) => label,
      );
    expect(labels({ traffic: 'receive' }).includes('count-again')).toBe(expected.includes('rx-stall'));
    expect(labels({ tx: 'timer' }).includes('forget-rest')).toBe(expected.includes('tx-timer-burst'));
  });
});
