import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import type { LaunchFileVersion } from '../../../src/config/read-launch-file.ts';
import { TypedFile } from '../../../src/extension/question/typed-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const TEXT = 'qemu-system-x86_64 -M q35 -accel kvm -device vfio-pci,host=01:00.0 -device e1000e\n';
const OTHER = TEXT.replace('host=', 'x-no-kvm-intx=on,host=');
const FACTS = { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu: '5.2' } };

const read = (typed: TypedFile, text: string): LaunchFileVersion =>
  unwrap(runToEnd(typed.read(text, 'vm.sh')));
const anew = (text: string, facts = TEST_FACTS) => resolveFile(unwrap(readLaunchFile(text, 'vm.sh')), facts);

describe('a launch file while it is typed', () => {
  it('is resolved once for each version, and again under other facts', () => {
    const typed = new TypedFile();
    const version = read(typed, TEXT);
    const first = typed.resolveNow(version, TEST_FACTS);
    expect(typed.resolveNow(version, TEST_FACTS)).toBe(first);
    expect(typed.resolveNow(version, FACTS)).toEqual(anew(TEXT, FACTS));
    expect(anew(TEXT, FACTS)).not.toEqual(first);
  });

  it('takes over the answers about devices that are not touched', () => {
    const typed = new TypedFile();
    const devices = [TEXT, OTHER].map((text) => {
      return typed.resolveNow(read(typed, text), TEST_FACTS).machines[0]?.devices ?? [];
    });
    expect(devices[1]?.[0]?.legs).not.toEqual(devices[0]?.[0]?.legs);
    expect(devices[1]?.[1]?.legs[0]?.rejected).toBe(devices[0]?.[1]?.legs[0]?.rejected);
    expect(devices[1]).toEqual(anew(OTHER).machines[0]?.devices);
  });

  it('has an answer for a version that is no longer the newest', () => {
    const typed = new TypedFile();
    const versions = [TEXT, OTHER].map((text) => ({ text, version: read(typed, text) }));
    for (const { text, version } of [...versions, ...versions].reverse()) {
      expect(typed.resolveNow(version, TEST_FACTS)).toEqual(anew(text));
    }
  });

  it('gives way every few lines of a long script, and after every machine and device', () => {
    const steps = (text: string): number => {
      const typed = new TypedFile();
      const job = typed.read(text, 'vm.sh');
      let count = 0;
      while (job.next().done !== true) count++;
      return count;
    };
    expect(steps(TEXT.repeat(100)) - steps(TEXT)).toBeGreaterThan(100);
    expect(steps(`${'echo note\n'.repeat(1_000)}${TEXT}`)).toBeGreaterThan(4);
  });
});
