import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeOf,
  readLaunchFile,
  readVersion,
  type LaunchFileVersion,
} from '../../../src/config/read-launch-file.ts';
import { runToEnd } from '../../../src/base/steps.ts';
import { resolveFile, resolveVersion, type Resolution } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { typedText } from '../../support/typed-texts.ts';
import { unwrap } from '../../support/unwrap.ts';

/** A night's worth in `npm run fuzz`. */
const CASES = Number(process.env.IRQPATH_FUZZ ?? '60');

/** Both of a version: what was read and what it means. */
class Typed {
  #read: LaunchFileVersion | null = null;
  #resolution: Resolution | null = null;

  resolve(text: string, fileName = 'vm.sh', facts = TEST_FACTS): Resolution {
    const read = unwrap(readVersion(text, fileName, this.#read));
    const before =
      this.#read && this.#resolution
        ? { resolution: this.#resolution, change: changeOf(this.#read, read) }
        : null;
    this.#read = read;
    this.#resolution = runToEnd(resolveVersion(read.file, facts, before));
    return this.#resolution;
  }

  get file(): LaunchFileVersion['file'] {
    if (!this.#read) throw new Error('nothing was read');
    return this.#read.file;
  }
}

describe('a launch file that is typed', () => {
  it('is after every change what it would be if it were looked at for the first time', () => {
    fc.assert(
      fc.property(typedText, ({ fileName, versions }) => {
        const typed = new Typed();
        for (const text of versions) {
          const { resolved } = typed.resolve(text, fileName);
          const anew = unwrap(readLaunchFile(text, fileName));
          if (!isDeepStrictEqual(typed.file, anew)) expect(typed.file).toEqual(anew);
          const answer = resolveFile(anew, TEST_FACTS);
          if (!isDeepStrictEqual(resolved, answer)) expect(resolved).toEqual(answer);
        }
      }),
      { numRuns: CASES },
    );
  }, 3_600_000);

  const VM = 'qemu-system-x86_64 -M q35,accel=kvm -object iothread,id=io \\\n';
  const NET = '-netdev tap,id=n0,vhost=on -device virtio-net-pci,netdev=n0 \\\n';
  const CHAR =
    '-chardev socket,id=c0,path=/c -netdev vhost-user,id=n1,chardev=c0 -device virtio-net-pci,netdev=n1 \\\n';
  const VFIO = '-device vfio-pci,host=01:00.0 \\\n';
  const TEXT = `${VM}${NET}${VFIO}${CHAR}-smp 4\n`;

  /** Which of the devices of `TEXT` have their answers still after `from` has become `to`. */
  function held(from: string, to: string, text = TEXT): boolean[] {
    const typed = new Typed();
    const before = typed.resolve(text).resolved.machines[0]?.devices ?? [];
    const after = typed.resolve(text.replace(from, to)).resolved.machines[0]?.devices ?? [];
    return before.map(({ legs }, i) => after[i]?.legs[0]?.rejected === legs[0]?.rejected);
  }

  it('is looked at again only where something is another', () => {
    expect(held('x86_64', 'x86_64')).toEqual([true, true, true]);
    expect(held('host=01', 'host=02')).toEqual([true, false, true]);
    expect(held('\\\n-device vfio', '\\\n \\\n  -device vfio')).toEqual([true, true, true]);
    expect(held(VM, `# note\n${VM}`)).toEqual([true, true, true]);
  });

  it('is looked at again where something is named that is another', () => {
    expect(held('vhost=on', 'vhost=off')).toEqual([false, true, true]);
    expect(held('path=/c', 'path=/d')).toEqual([true, true, false]);
    expect(held('id=n0,', 'id=n2,')).toEqual([false, true, true]);
  });

  it('is looked at as a whole where something of the machine is another', () => {
    for (const [from, to] of [
      ['accel=kvm', 'accel=tcg'],
      ['id=io', 'id=thread'],
      ['-smp 4', '-smp 8'],
      ['qemu-system-x86_64', 'qemu-system-i386'],
      ['-smp', '-device intel-iommu,intremap=on -smp'],
      ['-smp', '-global vfio-pci.x-no-kvm-intx=on -smp'],
      ['-smp', '"$@" -smp'],
      ['-smp', '-netdev user -smp'],
    ] as const) {
      expect(held(from, to)).toEqual([false, false, false]);
    }
  });

  it('has other devices by default where what is typed is about them, and their answers still where it is not', () => {
    const typed = new Typed();
    const defaults = (text: string) => typed.resolve(text).resolved.machines[0]?.defaultDevices ?? [];
    const versions = [VM, `${VM}${VFIO}`, `${VM}-nic user \\\n`, `${VM}-nodefaults \\\n`].map(defaults);
    expect(versions.map((devices) => devices.map(({ id }) => id))).toEqual([
      ['ich9-ahci', 'e1000e', 'isa-serial'],
      ['ich9-ahci', 'e1000e', 'isa-serial'],
      ['ich9-ahci', 'isa-serial'],
      ['ich9-ahci'],
    ]);
    const rejected = versions.map((devices) => devices[0]?.legs[0]?.rejected);
    expect(rejected[1]).toBe(rejected[0]);
  });

  it('is looked at as a whole where something is assumed that was not', () => {
    const typed = new Typed();
    typed.resolve(TEXT);
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '4.2' } };
    expect(typed.resolve(TEXT, 'vm.sh', facts).resolved).toEqual(resolveFile(typed.file, facts));
  });
});
