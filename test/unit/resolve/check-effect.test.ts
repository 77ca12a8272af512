import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../../src/catalog/options.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import { problemsOf } from './resolve.ts';

const X86 = 'qemu-system-x86_64 -M q35 -accel kvm';
const ARM = 'qemu-system-aarch64 -M virt,gic-version=2 -accel kvm';
const VHOST = '-netdev tap,id=n,vhost=on -device virtio-net-pci,netdev=n';
const TAP = '-netdev tap,id=n -device virtio-net-pci,netdev=n';
const NO_EFFECT = ['information option-without-effect'];

describe('an option that does nothing on the path', () => {
  it.each([
    ['the mmap timer while KVM injects', `${ARM} -device vfio-platform,host=a,mmap-timeout-ms=0`],
    [
      'the mmap timer of a PCI device whose line KVM has',
      `${X86} -device vfio-pci,host=1:0.0,x-intx-mmap-timeout-ms=0`,
    ],
    ['tx= where vhost sends', `${X86} ${VHOST},tx=timer`],
    ['ioeventfd=off where vhost takes the notifiers', `${X86} ${VHOST},ioeventfd=off`],
  ])('%s is said to', (_, text) => {
    expect(problemsOf(text)).toEqual(NO_EFFECT);
  });

  it.each([
    [
      'the mmap timer while QEMU injects',
      `${ARM} -device vfio-platform,host=a,mmap-timeout-ms=0,x-irqfd=off`,
    ],
    [
      'the mmap timer in a case that is not assumed',
      `${X86} -device vfio-pci,host=1:0.0,x-intx-mmap-timeout-ms=0,x-no-kvm-intx=on`,
    ],
    ['tx= where QEMU sends', `${X86} ${TAP},tx=timer`],
    ['ioeventfd=off where QEMU has the notifiers', `${X86} ${TAP},ioeventfd=off`],
  ])('%s is not', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('names paths that there are', () => {
    for (const { mattersOn = [] } of OPTIONS)
      for (const path of mattersOn) expect([path, findPath(path)?.info.id]).toEqual([path, path]);
  });
});
