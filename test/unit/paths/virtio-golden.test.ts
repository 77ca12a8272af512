import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';

const AMD: Partial<HostFacts> = { vendor: 'amd', qemu: '7.2' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/notify-sync', name: 'idle-guest' },
  { path: 'virtio/notify-sync', name: 'amd', host: AMD },
  { path: 'virtio/notify-sync', name: 'legacy', settings: { transport: 'legacy' } },
  { path: 'virtio/notify-ioeventfd', name: 'idle-guest' },
  { path: 'virtio/notify-ioeventfd', name: 'amd', host: AMD },
  { path: 'virtio/notify-ioeventfd', name: 'legacy', settings: { transport: 'legacy', guest: 'busy' } },
  { path: 'virtio/notify-iothread', name: 'idle-guest' },
  { path: 'virtio/call-irqfd', name: 'idle-guest' },
  { path: 'virtio/call-irqfd', name: 'amd-busy-guest', settings: { guest: 'busy' }, host: AMD },
  { path: 'virtio/call-userspace', name: 'idle-guest' },
  { path: 'virtio/call-userspace', name: 'busy-guest', settings: { guest: 'busy', eventIdx: 'off' } },
  { path: 'virtio/call-intx', name: 'idle-guest' },
  { path: 'virtio/call-intx', name: 'amd-read-back', host: AMD },
  { path: 'virtio/call-intx', name: 'legacy', settings: { transport: 'legacy', kick: 'sync' } },
];

describe('golden runs of virtio', () => {
  it.each(CASES)('$path: $name', expectGolden);

  it('are there for every path', () => {
    const ids = ALL_PATHS.map(({ info }) => info.id).filter((id) => id.startsWith('virtio/'));
    const missing = ids.filter(
      (id) => !existsSync(new URL(`../../golden/${id.replace('/', '-')}`, import.meta.url)),
    );
    expect(missing).toEqual([]);
  });

  it('keep the text for mails inside 72 columns', () => {
    CASES.forEach(expectNarrow);
  });
});
