import { describe, expect, it } from 'vitest';
import { ALL_PROFILES, defaultProfile } from '../../../src/costs/all-profiles.ts';
import { INTEL_APICV } from '../../../src/costs/intel-apicv.ts';
import { effectiveTrust, nanoseconds, profileCosts } from '../../../src/costs/profile.ts';
import { ALL_PATHS } from '../../../src/paths/all-paths.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { buildLimits, settingsOfPath } from '../../../src/resolve/path-settings.ts';
import { factsFor, TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

/** Platform paths, on a new kernel and an old one, with threads in the guest and without, from reset and booted. */
const PLATFORM = [
  { kernel: '6.12', settings: { handlerContext: 'hard', start: 'reset' } },
  { kernel: '4.4', settings: { handlerContext: 'threaded', start: 'booted' } },
];
/** PCI paths, with a function that can be masked and one that cannot, on one CPU and on two. */
const PCI = [
  { kernel: '6.12', settings: {} },
  { kernel: '6.12', settings: { intxMask: 'broken' } },
  { kernel: '6.12', settings: { arch: 'arm' } },
  { kernel: '4.4', settings: { arch: 'arm', intxMask: 'broken' } },
];
/** Virtio paths, on a device of today and on one of before, and a network card. */
const VIRTIO = [
  { kernel: '6.12', settings: {} },
  { kernel: '6.12', settings: { transport: 'legacy' } },
  { kernel: '6.12', settings: { arch: 'arm' } },
  { kernel: '6.12', settings: { device: 'virtio-net' } },
];

function situations(id: string): readonly { kernel: string; settings: PathSettings }[] {
  if (id === 'virtio/notify-ioeventfd') {
    return [...VIRTIO, { kernel: '6.12', settings: { device: 'virtio-net', traffic: 'command' } }];
  }
  if (id.startsWith('virtio/')) return VIRTIO;
  return id.startsWith('vfio-pci/') ? PCI : PLATFORM;
}

const WIRINGS = ALL_PATHS.flatMap((path) =>
  situations(path.info.id)
    .filter(({ settings }) => buildLimits(path.info.id, settings, factsFor(path.info.id)) === null)
    .map(({ kernel, settings }) =>
      unwrap(
        path.wire(
          settingsOfPath(path.info.id, settings),
          { ...TEST_FACTS, host: { ...factsFor(path.info.id).host, kernel } },
          new Set(),
        ),
      ),
    ),
);

describe.each(ALL_PROFILES)('profile $name', (profile) => {
  const wirings = WIRINGS.filter(({ architecture }) => architecture === profile.architecture);

  it('has every cost that a step, a wake-up or the scheduler asks for', () => {
    for (const wiring of wirings) {
      const known = { ...profileCosts(profile), ...wiring.costs };
      const asked = wiring.model.steps
        .flatMap(({ step }) => [step.cost, step.wake])
        .filter((name) => name !== undefined);
      for (const name of [...asked, 'threadWake', 'contextSwitch'])
        expect(Object.keys(known)).toContain(name);
    }
  });

  it('has no cost that nobody pays', () => {
    const asked = new Set(
      wirings.flatMap(({ model }) => model.steps.flatMap(({ step }) => [step.cost, step.wake])),
    );
    for (const name of Object.keys(profile.parameters)) {
      expect(asked.has(name) || ['threadWake', 'contextSwitch'].includes(name)).toBe(true);
    }
  });

  it('names a source for every number, and marks assumptions as such', () => {
    for (const { source, trust, value } of Object.values(profile.parameters)) {
      expect(source.length).toBeGreaterThan(10);
      expect(source.startsWith('assumption:')).toBe(trust === 'A');
      expect(value).toBeGreaterThan(0);
    }
  });

  it('keeps the order that every platform has: a null exit is cheaper than one to QEMU', () => {
    const costs = profileCosts(profile);
    const sum = (...names: string[]): number =>
      names.reduce((total, name) => total + (costs[name] ?? NaN), 0);
    const arm = profile.architecture === 'arm64';
    const nullExit = sum('vmExit', 'vmEntry', ...(arm ? ['vgicSync', 'vgicFlush'] : []));
    const decode = arm ? 'abortDecode' : 'mmioDecode';
    const userspaceExit = nullExit + sum(decode, 'userspaceExit', 'kvmRunEntry');
    expect(nullExit).toBeLessThan(userspaceExit);
    // What a guest does to its interrupt controller without an exit, or what KVM does in one.
    expect(arm ? sum('virtualAcknowledge', 'virtualEnd') : sum('apicRegister')).toBeLessThan(nullExit);
  });
});

describe('units', () => {
  it('converts cycles by the clock and microseconds by a thousand', () => {
    const source = 'a test';
    expect(nanoseconds({ value: 1700, unit: 'cycles', trust: 'S', source }, 1.7)).toBe(1000);
    expect(nanoseconds({ value: 2.5, unit: 'us', trust: 'S', source }, 1.7)).toBe(2500);
    expect(nanoseconds({ value: 7, unit: 'ns', trust: 'S', source }, 1.7)).toBe(7);
  });

  it('trusts cycles no more than the clock that converts them', () => {
    const [profile] = ALL_PROFILES;
    if (!profile) throw new Error('no profile');
    expect(profile.clock.trust).toBe('M');
    expect(effectiveTrust({ value: 1, unit: 'cycles', trust: 'S', source: '' }, profile)).toBe('M');
    expect(effectiveTrust({ value: 1, unit: 'cycles', trust: 'A', source: '' }, profile)).toBe('A');
    expect(effectiveTrust({ value: 1, unit: 'us', trust: 'S', source: '' }, profile)).toBe('S');
  });
});

describe('the profile that nobody has asked for', () => {
  it('is that of a machine like the host of the facts', () => {
    expect(defaultProfile('arm64', { apicv: 'on' }).name).toBe('cortex-a15');
    expect(defaultProfile('x86', { apicv: 'off' }).name).toBe('xeon-no-apicv');
    expect(defaultProfile('x86', { apicv: 'on' }).name).toBe('intel-apicv');
  });

  it('with APICv: the time to the handler of an interrupt that is delivered without an exit', () => {
    const { ghz } = INTEL_APICV.clock;
    const { ipi, postedProcessing, guestIrqEntry } = profileCosts(INTEL_APICV);
    // 1,993 cycles from end to end, see the sources of the parameters.
    expect((ipi ?? 0) + (postedProcessing ?? 0) + (guestIrqEntry ?? 0)).toBeCloseTo(1993 / ghz, -1);
  });
});
