import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fire, initialState } from '../../../src/engine/semantics.ts';
import { successors } from '../../../src/engine/successors.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { runWiring, wire } from '../../support/runs.ts';

const ways = fc.constantFrom(
  ['virtio/notify-sync', {}] as const,
  ['virtio/notify-sync', { call: 'intx' }] as const,
  ['virtio/notify-ioeventfd', {}] as const,
  ['virtio/notify-iothread', {}] as const,
  ['virtio/call-irqfd', {}] as const,
  ['virtio/call-userspace', {}] as const,
  ['virtio/call-intx', {}] as const,
  ['virtio/call-intx', { kick: 'iothread' }] as const,
  ['virtio/notify-ioeventfd', { arch: 'arm', gic: '3', transport: 'modern' }] as const,
  ['virtio/call-irqfd', { arch: 'arm', gic: '2', transport: 'modern' }] as const,
  ['virtio/call-intx', { arch: 'arm', transport: 'mmio' }] as const,
  ['virtio/call-intx', { arch: 'arm', transport: 'mmio', trigger: 'level', kick: 'iothread' }] as const,
);
const workloads = fc.record({
  queueDepth: fc.integer({ min: 1, max: 5 }),
  periodUs: fc.integer({ min: 1, max: 30 }),
  serviceUs: fc.integer({ min: 1, max: 30 }),
  eventIdx: fc.constantFrom('on', 'off'),
  guest: fc.constantFrom('idle', 'busy'),
  transport: fc.constantFrom('modern', 'legacy'),
});
const hosts = fc.record({
  vendor: fc.constantFrom('intel', 'amd'),
  qemu: fc.constantFrom('7.2', '10.1'),
  cpus: fc.constantFrom(2, 4),
});

describe('virtio: one model, read in time and read whole', () => {
  it('every step of a jittered timed run is a transition of the successor relation, inside the declared ranges', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), ways, workloads, hosts, (seed, [path, way], workload, host) => {
        const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
        const wiring = wire(path, { ...workload, ...way }, facts);
        const { model, sources, isAtRest } = wiring;
        const timed = runWiring(wiring, { seed, jitter: 0.5, wakeJitter: 0.9, arrivals: 6, maxSteps: 4000 });
        const s = initialState(model);
        for (let i = 0; i < timed.log.length; i++) {
          const step = model.steps[timed.log.step[i] ?? 0];
          const process = model.processes[step?.process ?? 0];
          if (!step || !process) throw new Error('log names no step');
          const possible = successors(model, s);
          const choice = timed.log.choice[i] ?? 0;
          fire(process, s, choice);
          const found = possible.find((t) => t.step === step.id && t.choice === choice);
          expect(found?.state).toEqual(s);
          model.fields.forEach(({ name, max }, field) => {
            if ((s[field] ?? 0) > max)
              throw new Error(`${name} is ${String(s[field])}, more than ${String(max)}`);
          });
        }
        expect(s).toEqual(timed.state);
        // All six requests have come back, and both sides wait for the next.
        expect(timed.end).toBe('quiet');
        expect(sources.some(({ asserted, masked }) => asserted(s) || masked(s))).toBe(false);
        expect(isAtRest(s)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
