import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { localStepFaults } from '../../support/local-step-faults.ts';
import { wire } from '../../support/runs.ts';

const IOEVENTFD = 'virtio/notify-ioeventfd';
const IOTHREAD = 'virtio/notify-iothread';
/** All of them are too many: those next to the start. */
const STATES = 40_000;

describe('a local step of notifiers that come and go', { timeout: 120_000 }, () => {
  it.each<{ path: string; settings: PathSettings; all: boolean }>([
    { path: IOEVENTFD, settings: { notifiers: 'status' }, all: false },
    { path: IOEVENTFD, settings: { notifiers: 'early-kick' }, all: false },
    { path: IOEVENTFD, settings: { notifiers: 'vm-stop' }, all: false },
    { path: IOEVENTFD, settings: { notifiers: 'migration', destinationIoeventfd: 'off' }, all: true },
    { path: IOEVENTFD, settings: { notifiers: 'block-drain' }, all: false },
    { path: IOTHREAD, settings: { notifiers: 'status', eventIdx: 'off' }, all: false },
    { path: IOTHREAD, settings: { notifiers: 'status', pollMaxNs: 0 }, all: true },
    { path: IOTHREAD, settings: { notifiers: 'vm-stop', pollMaxNs: 0 }, all: false },
    { path: IOTHREAD, settings: { notifiers: 'block-drain', eventIdx: 'off' }, all: false },
    { path: IOTHREAD, settings: { notifiers: 'block-drain' }, all: true },
  ])('$path $settings, bugs $all: commutes, unseen, and goes forward', ({ path, settings, all }) => {
    const wiring = wire(path, { guest: 'busy', pvEoi: 'off', ...settings }, undefined, { all });
    const { states } = finish(explore(wiring.model, { maxStates: STATES }));
    expect(localStepFaults(wiring, states)).toEqual([]);
  });
});
