import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import { isLocal } from '../../../src/engine/local-steps.ts';
import { currentStep, isEnabled } from '../../../src/engine/semantics.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { faultsOf } from '../../support/local-step-faults.ts';
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
    const { model } = wiring;
    const { states } = finish(explore(model, { maxStates: STATES }));
    const faults = new Set<string>();
    const found = states.buffer();
    for (let index = 0; index < states.size; index++) {
      states.read(index, found);
      for (const process of model.processes) {
        const step = currentStep(process, found.state);
        if (!isLocal(step, model) || !isEnabled(process, found.state)) continue;
        for (const fault of faultsOf(wiring, process, found.state)) faults.add(`${step.label}: ${fault}`);
      }
    }
    expect([...faults]).toEqual([]);
  });
});
