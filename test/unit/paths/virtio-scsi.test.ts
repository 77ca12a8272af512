import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { callOf, kickOf } from '../../../src/paths/virtio-settings.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { expectGolden, expectNarrow } from '../../support/golden-case.ts';
import type { GoldenCase } from '../../support/golden-case.ts';
import { unwrap } from '../../support/unwrap.ts';

const SCSI = { device: 'virtio-scsi' };

const CASES: readonly GoldenCase[] = [
  { path: 'virtio/notify-ioeventfd', name: 'scsi', settings: SCSI },
  { path: 'virtio/notify-iothread', name: 'scsi', settings: SCSI },
  { path: 'virtio/notify-sync', name: 'scsi', settings: SCSI, host: { qemu: '7.2' } },
  { path: 'virtio/call-userspace', name: 'scsi', settings: SCSI, host: { qemu: '10.2' } },
  { path: 'virtio/notify-ioeventfd', name: 'scsi-arm', settings: { ...SCSI, arch: 'arm', call: 'intx' } },
];

describe('golden runs of virtio-scsi', () => {
  it.each(CASES)('$path: $name', expectGolden);

  it('keep the text for mails inside 72 columns', () => {
    CASES.forEach(expectNarrow);
  });
});

describe('virtio-scsi in QEMU', () => {
  it.each<[string, PathSettings]>([
    ['virtio/notify-ioeventfd', {}],
    ['virtio/notify-iothread', { pollMaxNs: 0 }],
    ['virtio/call-irqfd', { kick: 'ioeventfd' }],
  ])('%s %o: all states seen, no notification lost', (path, settings) => {
    const result = unwrap(
      finish(explorePath({ path, settings: { ...SCSI, ...settings }, facts: TEST_FACTS })),
    );
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(500);
    expect(result.violations).toEqual([]);
  });

  it('calls by irqfd from the main loop two releases longer than virtio-blk', () => {
    const call = (qemu: string, device: string) => unwrap(callOf('ioeventfd', 'auto', qemu, device)).call;
    expect(['8.2', '9.0', '10.1', '10.2'].map((qemu) => call(qemu, 'virtio-blk'))).toEqual([
      'irqfd',
      'userspace',
      'userspace',
      'userspace',
    ]);
    expect(['2.7', '8.2', '10.1', '10.2'].map((qemu) => call(qemu, 'virtio-scsi'))).toEqual([
      'userspace',
      'irqfd',
      'irqfd',
      'userspace',
    ]);
    expect(kickOf('irqfd', 'ioeventfd', '10.2', 'virtio-scsi')).toEqual({
      ok: false,
      error:
        'virtio-scsi in the main loop of QEMU 10.2 sends its message itself; by irqfd from 2.8 until before 10.2 only',
    });
  });

  it('is not there on virtio-mmio', () => {
    const settings = { ...SCSI, arch: 'arm', transport: 'mmio', call: 'intx' };
    const result = finish(explorePath({ path: 'virtio/notify-ioeventfd', settings, facts: TEST_FACTS }));
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('virtio-mmio') as string });
  });
});
