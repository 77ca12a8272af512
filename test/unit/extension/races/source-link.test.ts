import { describe, expect, it } from 'vitest';
import { sourceLink } from '../../../../src/extension/races/source-link.ts';
import { versionsText } from '../../../../src/extension/races/describe-races.ts';
import type { KnownBug } from '../../../../src/paths/path.ts';
import { ALL_PATHS } from '../../../../src/paths/all-paths.ts';
import { TEST_FACTS } from '../../../support/facts.ts';

const BUG: KnownBug = {
  name: 'one',
  title: 'one',
  introducedIn: null,
  fixedIn: null,
  violates: 'no-storm',
  source: '',
};
const link = (source: string, introducedIn: string | null = null): string | null =>
  sourceLink({ ...BUG, source, introducedIn }, TEST_FACTS);

describe('the source of a known bug', () => {
  it('is the commit that is named, in the tree that it belongs to', () => {
    expect(link('Linux 67b5b673ad4d "KVM: arm: vgic" (2018); QEMU hw/vfio/pci.c')).toBe(
      'https://git.kernel.org/linus/67b5b673ad4d',
    );
    expect(link('QEMU 1665d9326f "virtio"')).toBe('https://gitlab.com/qemu-project/qemu/-/commit/1665d9326f');
  });

  it('is an address in it, or else its file as it was in the release that has the bug, or in the assumed one', () => {
    expect(
      link('QEMU hw/virtio/virtio.c (H. Czenczek, https://issues.redhat.com/browse/RHEL-3934; since)'),
    ).toBe('https://issues.redhat.com/browse/RHEL-3934');
    expect(link('Linux virt/kvm/arm/vgic/vgic.c vgic_queue', 'Linux 4.7')).toBe(
      'https://elixir.bootlin.com/linux/v4.7/source/virt/kvm/arm/vgic/vgic.c',
    );
    expect(link('QEMU hw/vfio/platform.c vfio_platform_eoi; trace P2')).toBe(
      `https://gitlab.com/qemu-project/qemu/-/blob/v${TEST_FACTS.host.qemu}.0/hw/vfio/platform.c`,
    );
    expect(link('trace P7 alone')).toBeNull();
  });

  it('is an address that can be opened, for every bug that has one', () => {
    const links = ALL_PATHS.flatMap(({ info }) => info.bugs.map((bug) => sourceLink(bug, TEST_FACTS)));
    const given = links.filter((one) => one !== null);
    expect(given.length).toBeGreaterThan(links.length / 2);
    for (const one of given) expect(new URL(one).protocol).toBe('https:');
  });
});

describe('the versions of a known bug', () => {
  it('are from its first release to the one that fixes it, or to none', () => {
    expect(versionsText({ ...BUG, introducedIn: 'Linux 4.7', fixedIn: 'Linux 4.10' })).toBe(
      'Linux 4.7 to Linux 4.10',
    );
    expect(versionsText({ ...BUG, fixedIn: 'Linux 4.10' })).toBe('before Linux 4.10');
    expect(versionsText({ ...BUG, introducedIn: 'QEMU 1.3' })).toBe('since QEMU 1.3, not fixed');
    expect(versionsText(BUG)).toBe('not fixed');
    expect(versionsText({ ...BUG, whatIf: true })).toContain('in no release');
  });
});
