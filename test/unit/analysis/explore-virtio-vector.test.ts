import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { BugOverrides } from '../../../src/paths/bugs.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { simulatePath, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const IRQFD = 'virtio/call-irqfd';
const USERSPACE = 'virtio/call-userspace';
const MASK = { vectorChange: 'mask', guest: 'busy' };
const SCSI = { ...MASK, device: 'vhost-scsi' };
const NET = { ...MASK, device: 'virtio-net' };

function explore(path: string, settings: PathSettings, bugs: BugOverrides): Exploration {
  return unwrap(finish(explorePath({ path, settings, facts: TEST_FACTS, bugs })));
}

describe(
  'a guest that masks the vector of its queue: what is notified meanwhile is kept',
  { timeout: 240_000 },
  () => {
    it.each<[string, PathSettings]>([
      [IRQFD, SCSI],
      [IRQFD, NET],
      [IRQFD, { ...NET, eventIdx: 'off', pvEoi: 'off' }],
      [IRQFD, { ...MASK, device: 'vhost-user-blk' }],
      [IRQFD, { ...MASK, device: 'vhost-user-blk', backend: 'poll' }],
      [IRQFD, { ...MASK, pollMaxNs: 0 }],
      [USERSPACE, MASK],
      [USERSPACE, { ...MASK, kick: 'sync' }],
    ])('%s %o', (path, settings) => {
      const { complete, violations } = explore(path, settings, { all: false });
      expect(complete).toBe(true);
      expect(violations).toEqual([]);
    });

    it.each([
      [IRQFD, 'irqfd-assigned-unseen', SCSI, ['signal-guest-notifier', 'assign-irqfd']],
      [USERSPACE, 'pending-not-fired', MASK, ['look-at-vector', 'fire-pending']],
      [IRQFD, 'masked-notifier-unseen', NET, ['signal-masked-notifier', 'test-masked-notifier']],
    ] as const)('%s with %s: it is forgotten', (path, bug, settings, [notified, unmasked]) => {
      const { complete, violations } = explore(path, settings, { all: false, [bug]: true });
      expect(complete).toBe(true);
      const lost = violations.find(({ property }) => property === 'no-lost-interrupt');
      const labels = lost?.prefix.map(({ label }) => label) ?? [];
      expect(labels.lastIndexOf(notified)).toBeGreaterThan(labels.lastIndexOf('mask-vector'));
      expect(labels.lastIndexOf(unmasked)).toBeGreaterThan(labels.lastIndexOf(notified));
    });
  },
);

describe('what masking costs', () => {
  const perChange = (settings: PathSettings): readonly string[] => {
    const { steps } = simulatePath(IRQFD, { ...SCSI, ...settings }, { interrupts: 20 });
    return steps.map(({ label }) => label);
  };

  it('two writes that leave to QEMU, which takes the BQL and takes the irqfd away or assigns it', () => {
    const labels = perChange({ vectorChangeUs: 300 });
    const count = (wanted: string): number => labels.filter((label) => label === wanted).length;
    expect(count('mask-vector')).toBeGreaterThan(3);
    expect(count('deassign-irqfd')).toBe(count('mask-vector'));
    expect(count('assign-irqfd')).toBe(count('unmask-vector'));
    expect(count('vcpu-locks-bql')).toBe(count('mask-vector') + count('unmask-vector'));
  });

  it('is nothing, not even a field, where nobody masks', () => {
    const fields = wire(IRQFD, { device: 'vhost-scsi' }).model.fields.map(({ name }) => name);
    expect(fields).not.toContain('irqfd');
    expect(wire(IRQFD, SCSI).model.fields.map(({ name }) => name)).toContain('irqfd');
  });
});

describe('a vector whose device masks its notifier itself', () => {
  it('keeps its irqfd: vhost signals another eventfd, which QEMU looks at when the vector is unmasked', () => {
    const settings = { ...NET, vectorChangeUs: 8, periodUs: 20, wakeJitterPercent: 0 };
    const { steps } = simulatePath(IRQFD, settings, { interrupts: 40 });
    const labels = steps.map(({ label }) => label);
    const signalled = labels.indexOf('signal-masked-notifier');
    expect(signalled).toBeGreaterThan(labels.indexOf('set-call-masked'));
    const tested = labels.indexOf('test-masked-notifier', signalled);
    expect(labels.slice(signalled, tested)).not.toContain('irqfd-wakeup');
    expect(labels.slice(tested, tested + 3)).toEqual([
      'test-masked-notifier',
      'write-guest-notifier',
      'irqfd-wakeup',
    ]);
    expect(labels).not.toContain('deassign-irqfd');
  });
});

describe('a vector that is masked is not modelled', () => {
  it.each([
    [{ arch: 'arm' }, /arch=x86 only/],
    [{ transport: 'legacy' }, /transport=modern only/],
    [{ surroundings: 'real' }, /surroundings=quiet only/],
  ])('with %o', (settings, reason) => {
    expect(() => wire(IRQFD, { ...SCSI, ...settings })).toThrow(reason);
  });

  it('with a network card that QEMU serves', () => {
    expect(() => wire(USERSPACE, NET)).toThrow(/with vhost only/);
  });
});
