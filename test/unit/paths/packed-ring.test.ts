import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { StepRow } from '../../../src/analysis/simulation.ts';
import { drawPlainText } from '../../../src/diagram/plain-text.ts';
import { drawSequence } from '../../../src/diagram/sequence.ts';
import { compile } from '../../../src/engine/compile.ts';
import { finish } from '../../../src/engine/explore.ts';
import { ModelBuilder } from '../../../src/engine/model.ts';
import { initialState } from '../../../src/engine/semantics.ts';
import type { State } from '../../../src/engine/state.ts';
import { packedVirtqueue } from '../../../src/machine/guest/packed-virtqueue.ts';
import { virtqueue } from '../../../src/machine/guest/virtqueue.ts';
import type { Virtqueue } from '../../../src/machine/guest/virtqueue.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { everyStepMatters } from '../../support/every-step-matters.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { fullText } from '../../support/full-text.ts';
import { cycleOf, simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';
import { requests } from '../../support/virtio-witnesses.ts';

const DEPTH = 6;

function ringOf(add: typeof virtqueue, eventIdx: boolean): { ring: Virtqueue; s: State } {
  const m = new ModelBuilder();
  const ring = add(m, DEPTH, eventIdx);
  return { ring, s: initialState(compile(m)) };
}

describe('the event suppression areas of a packed ring', () => {
  it('are zero at first, which wants every notification', () => {
    const { ring, s } = ringOf(packedVirtqueue, true);
    for (let i = 0; i < 3; i++) {
      ring.add(s);
      expect(ring.needsKick(s)).toBe(true);
    }
  });

  it('a device that wants none writes so: not even the next request notifies, as it may on a split ring', () => {
    const notifications = [packedVirtqueue, virtqueue].map((add) => {
      const { ring, s } = ringOf(add, true);
      ring.add(s);
      ring.pop(s, true);
      ring.enableKick(s);
      ring.disableKick?.(s);
      ring.add(s);
      return ring.needsKick(s);
    });
    expect(notifications).toEqual([false, true]);
  });

  it('a device that wants one again gets that of the next request, and no other', () => {
    const { ring, s } = ringOf(packedVirtqueue, true);
    ring.add(s);
    ring.disableKick?.(s);
    ring.pop(s, false);
    ring.enableKick(s);
    const kicks = Array.from({ length: 3 }, () => {
      ring.add(s);
      return ring.needsKick(s);
    });
    expect(kicks).toEqual([true, false, false]);
  });

  it('it asks for that of the first request that it has not read: of those added meanwhile nobody notifies', () => {
    const { ring, s } = ringOf(packedVirtqueue, true);
    ring.disableKick?.(s);
    ring.add(s);
    expect(ring.needsKick(s)).toBe(false);
    ring.enableKick(s);
    expect(ring.isKickEnabled(s)).toBe(false);
    ring.add(s);
    expect(ring.needsKick(s)).toBe(false);
  });

  it('the driver writes nothing for the interrupt that has come, and DISABLE when it loops', () => {
    const { ring, s } = ringOf(packedVirtqueue, true);
    ring.push(s);
    ring.enableCall(s);
    const before = s.slice();
    ring.disableCall(s, false);
    expect(s).toEqual(before);
    ring.disableCall(s, true);
    ring.push(s);
    expect(ring.needsCall(s)).toBe(false);
  });

  it('without event indices is what the flags of a split ring are', () => {
    const step = fc.constantFrom('add', 'pop', 'push', 'disable', 'enable', 'disableCall', 'enableCall');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const seen = [packedVirtqueue, virtqueue].map((add) => {
          const { ring, s } = ringOf(add, false);
          return steps.map((name) => {
            const [outstanding, available, used] = [ring.outstanding, ring.available, ring.used].map(
              (field) => s[field] ?? 0,
            ) as [number, number, number];
            if (name === 'add' && outstanding < DEPTH) ring.add(s);
            if (name === 'pop' && available > 0) ring.pop(s, true);
            if (name === 'push' && used < outstanding - available) ring.push(s);
            if (name === 'disable') ring.disableKick?.(s);
            if (name === 'enable') ring.enableKick(s);
            if (name === 'disableCall') ring.disableCall(s, false);
            if (name === 'enableCall') ring.enableCall(s);
            return [ring.needsKick(s), ring.needsCall(s), ring.isKickEnabled(s), ring.isCallEnabled(s)];
          });
        });
        expect(seen[0]).toEqual(seen[1]);
      }),
    );
  });
});

describe('a disk with a packed ring: all states seen, no notification lost on either leg', () => {
  const few = { ring: 'packed', guest: 'busy', pvEoi: 'off' };
  const cases: readonly { path: string; settings: PathSettings }[] = [
    { path: 'virtio/notify-sync', settings: { ring: 'packed' } },
    { path: 'virtio/notify-ioeventfd', settings: few },
    { path: 'virtio/notify-ioeventfd', settings: { ...few, eventIdx: 'off' } },
    { path: 'virtio/notify-iothread', settings: { ...few, pollMaxNs: 0 } },
    { path: 'virtio/call-userspace', settings: { ...few, kick: 'sync', queueDepth: 2 } },
    { path: 'virtio/call-intx', settings: few },
  ];

  it.each(cases)('$path $settings', { timeout: 120_000 }, ({ path, settings }) => {
    const result = unwrap(finish(explorePath({ path, settings, facts: TEST_FACTS })));
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });
});

describe('a run with a packed ring', () => {
  /** The second cycle of a run without jitter. */
  function rows(): StepRow[] {
    const steady = { jitterPercent: 0, wakeJitterPercent: 0, ring: 'packed' };
    return cycleOf(simulatePath('virtio/notify-ioeventfd', steady, { interrupts: 3 }), 1);
  }

  it('is what it is', async () => {
    const base = '../../golden/virtio-notify-ioeventfd/packed';
    await expect(`${fullText(rows())}\n`).toMatchFileSnapshot(`${base}.steps.txt`);
    await expect(drawPlainText(rows())).toMatchFileSnapshot(`${base}.mail.txt`);
    await expect(drawSequence(rows())).toMatchFileSnapshot(`${base}.mmd`);
  });

  it('names the functions of packed rings', () => {
    const { model } = wire('virtio/notify-ioeventfd', { ring: 'packed' });
    const ats = model.steps.map(({ step }) => step.at).filter((at) => at.includes('virtio_ring.c'));
    expect(ats.some((at) => at.includes('_packed'))).toBe(true);
    expect(ats.filter((at) => at.includes('_split'))).toEqual([]);
  });
});

describe('what has no packed ring', () => {
  it.each([
    ['virtio/notify-ioeventfd', { transport: 'legacy' }, /a legacy driver cannot use it/],
    ['virtio/notify-vhost', {}, /not for device=vhost-scsi/],
  ])('%s %o', (path, settings, reason) => {
    expect(() => wire(path, { ...settings, ring: 'packed' })).toThrow(reason);
  });
});

describe('every step of virtio/notify-ioeventfd with a packed ring matters', () => {
  const witnesses = requests({}).filter(({ settings }) => settings.transport === undefined);
  everyStepMatters({
    path: 'virtio/notify-ioeventfd',
    witnesses: witnesses.map((one) => ({ ...one, settings: { ...one.settings, ring: 'packed' } })),
    seenInStateOnly: ['lock-bql', 'notify-resumes', 'write-guest-notifier', 'irqfd-wakeup'],
    neverTaken: [],
    alwaysOneWay: ['aio-notifier-handled', 'emulate-mmio'],
    changesNothing: ['complete-mmio'],
  });
});
