import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore, finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { localStepFaults } from '../../support/local-step-faults.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { expectRunInGraph } from '../../support/run-in-graph.ts';
import { wire } from '../../support/runs.ts';

const TWO = { queues: '2', guest: 'busy' };
/** All of them are too many: those next to the start. */
const STATES = 10_000;

const MACHINES: readonly [string, PathSettings, Partial<HostFacts>][] = [
  ['virtio/notify-sync', TWO, {}],
  ['virtio/notify-ioeventfd', TWO, { vendor: 'amd', qemu: '7.2' }],
  ['virtio/notify-iothread', TWO, {}],
  ['virtio/notify-vhost', { ...TWO, device: 'virtio-net' }, {}],
  ['virtio/call-irqfd', { ...TWO, device: 'virtio-net', vectorChange: 'mask' }, {}],
];

describe('two queues', { timeout: 120_000 }, () => {
  it.each(MACHINES)('%s %o %o: a local step commutes, unseen, and goes forward', (path, settings, host) => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 4, ...host } };
    const wiring = wire(path, { ...settings, pvEoi: 'off' }, facts, { all: false });
    const { states } = finish(explore(wiring.model, { maxStates: STATES }));
    expect(localStepFaults(wiring, states)).toEqual([]);
  });

  it('every jittered run is one of the model that is explored', () => {
    const settings = fc.record({
      guest: fc.constantFrom('idle', 'busy'),
      eventIdx: fc.constantFrom('on', 'off'),
      queueDepth: fc.constantFrom(1, 3),
      periodUs: fc.constantFrom(3, 50),
    });
    fc.assert(
      fc.property(
        fc.nat(0xffff_ffff),
        fc.constantFrom(...MACHINES),
        settings,
        (seed, [path, way, host], given) => {
          const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 4, ...host } };
          expectRunInGraph(wire(path, { ...way, ...given }, facts), seed);
        },
      ),
      { numRuns: 15 },
    );
  });
});
