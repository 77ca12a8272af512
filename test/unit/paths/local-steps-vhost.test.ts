import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { localStepFaults } from '../../support/local-step-faults.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { wire } from '../../support/runs.ts';

const VHOST = 'virtio/notify-vhost';
/** All of them are too many: those next to the start. */
const STATES = 40_000;

describe('a local step of vhost that takes a notifier and gives it back', { timeout: 120_000 }, () => {
  it.each<{ settings: PathSettings; vendor: 'intel' | 'amd'; all: boolean }>([
    { settings: { notifiers: 'status' }, vendor: 'intel', all: false },
    { settings: { notifiers: 'vm-stop' }, vendor: 'intel', all: true },
    { settings: { notifiers: 'link' }, vendor: 'intel', all: false },
    { settings: { notifiers: 'link', eventIdx: 'off' }, vendor: 'amd', all: false },
    { settings: { notifiers: 'link' }, vendor: 'amd', all: true },
    { settings: { notifiers: 'link', transport: 'legacy' }, vendor: 'intel', all: false },
  ])('$settings, $vendor, bugs $all: commutes, unseen, and goes forward', ({ settings, vendor, all }) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, vendor } };
    const given = { device: 'virtio-net', guest: 'busy', pvEoi: 'off', ...settings };
    const wiring = wire(VHOST, given, facts, { all });
    const { states } = finish(explore(wiring.model, { maxStates: STATES }));
    expect(localStepFaults(wiring, states)).toEqual([]);
  });
});
