import { describe, expect, it } from 'vitest';
import { costText } from '../../../src/analysis/cost-text.ts';
import { deltaBetween, deltaText } from '../../../src/analysis/delta.ts';
import { measure, simulate } from '../../../src/analysis/simulate.ts';
import { runToEnd } from '../../../src/base/steps.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { compareDeciding, measureDevice } from '../../../src/extension/annotations/measure.ts';
import { silentDefaults } from '../../../src/extension/annotations/silent-defaults.ts';
import { sharedVerdict, triageText } from '../../../src/extension/annotations/verdict.ts';
import {
  changedFacts,
  changedSetting,
  CHANGEABLE_FACTS,
  factsFrom,
} from '../../../src/extension/fact-settings.ts';
import { devicesOf } from '../../../src/extension/question/devices.ts';
import { keyOf, Runs } from '../../../src/extension/runs.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const VM = 'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm';
const XGMAC = '-device vfio-calxeda-xgmac,host=a';

function resolved(text: string) {
  const file = unwrap(readLaunchFile(text, 'vm.sh'));
  return { file, resolved: resolveFile(file, TEST_FACTS) };
}

/** A run without jitter. */
function measured(path: string) {
  const settings = { jitterPercent: 0, wakeJitterPercent: 0 };
  return unwrap(simulate({ path, facts: TEST_FACTS, settings })).summary;
}

const runs = (): Runs =>
  new Runs({
    simulate: (request) => Promise.resolve(simulate(request)),
    measure: (request) => Promise.resolve(measure(request)),
  });

describe('the verdict on a device', () => {
  it('is that of the default run, and its delta that of two runs', async () => {
    const { file, resolved: there } = resolved(`${VM} ${XGMAC},x-irqfd=off`);
    const [found] = devicesOf(there);
    if (!found) throw new Error('no device');
    const now = await measureDevice(found, TEST_FACTS, runs());
    const userspace = measured('vfio-platform/userspace');
    const irqfd = measured('vfio-platform/irqfd');
    expect(now?.summary).toEqual(userspace);
    const exits = (userspace.exitsPerInterrupt - irqfd.exitsPerInterrupt).toPrecision(2);
    const micros = ((userspace.latencyNs.p50 - irqfd.latencyNs.p50) / 1000).toPrecision(2);
    if (!now) throw new Error('no run');
    expect(costText(now)).toBe(
      `${String(Number(userspace.exitsPerInterrupt.toPrecision(2)))} exits · ≈ ${String(Math.round(userspace.latencyNs.p50 / 1000))} µs`,
    );
    expect(await compareDeciding(file, found, TEST_FACTS, now, runs())).toBe(
      `with x-irqfd=on: vfio-platform/irqfd, −${String(Number(exits))} exits, ≈ −${String(Number(micros))} µs latency per interrupt`,
    );
  });

  it('calls an interrupt storm by its name instead of giving numbers', () => {
    const { summary } = unwrap(simulate({ path: 'vfio-platform/irqfd', facts: TEST_FACTS, interrupts: 1 }));
    expect(costText({ end: 'step-limit', summary })).toBe('an interrupt storm');
  });

  it('claims no difference between runs of one path that differ in their seed only', async () => {
    const path = 'vfio-platform/userspace';
    const cache = runs();
    const first = unwrap(await cache.measure({ path, facts: TEST_FACTS, seed: 1 }));
    for (const seed of [2, 3, 4, 5]) {
      const other = unwrap(await cache.measure({ path, facts: TEST_FACTS, seed }));
      expect(deltaText(deltaBetween(first, other), [first.path])).toBeNull();
    }
  });

  it('counts the devices on a slow path', () => {
    const triage = (text: string) => resolved(text).resolved.machines.map(triageText);
    expect(triage(`${VM} ${XGMAC} ${XGMAC},x-irqfd=off -device virtio-gpu-pci`)).toEqual([
      '2 devices · 1 on a slow path',
    ]);
    expect(triage(`${VM} ${XGMAC}`)).toEqual(['1 device · none on a slow path']);
    const pci = '-device vfio-pci,host=01:00.0';
    expect(triage(`qemu-system-x86_64 -M q35,accel=kvm ${pci} ${pci},x-no-kvm-msix=on`)).toEqual([
      '2 devices · 1 on a slow path',
    ]);
  });
});

describe('silent defaults', () => {
  const hints = (text: string) => {
    const { file, resolved: there } = resolved(text);
    return runToEnd(silentDefaults(file, there, TEST_FACTS)).map(({ position, option, value }) => [
      text.slice(0, position.character).split(' ').at(-1),
      option,
      value,
    ]);
  };

  it('are shown where they decide and nobody wrote them', () => {
    expect(hints(`${VM} ${XGMAC}`)).toEqual([['vfio-calxeda-xgmac,host=a', 'x-irqfd', 'on']]);
    expect(hints(`${VM.replace(',gic-version=2', '')} -smp 9 ${XGMAC},x-irqfd=on`)).toEqual([
      ['virt,accel=kvm', 'gic-version', '3'],
    ]);
  });

  it('are not what is written, nor what does not decide', () => {
    expect(hints(`${VM} ${XGMAC},x-irqfd=on`)).toEqual([]);
    expect(hints(`${VM} ${XGMAC},x-irqfd=off`)).toEqual([]);
    expect(hints(`${VM} -device virtio-gpu-pci`)).toEqual([]);
  });

  it('stand once, however many devices they decide over', () => {
    const text = `${VM.replace('=2', '=2')} -smp 1 ${XGMAC} ${XGMAC}`;
    expect(hints(text)).toHaveLength(2);
    const gic = `${VM.replace(',gic-version=2', '')} -smp 9 ${XGMAC} ${XGMAC}`;
    expect(hints(gic)).toHaveLength(1);
  });
});

describe('runs', () => {
  const REQUEST = { path: 'vfio-platform/irqfd', facts: TEST_FACTS } as const;

  it('are made once for what is asked again, and again for what differs in anything', async () => {
    let made = 0;
    const cache = new Runs({
      simulate: (request) => {
        made++;
        return Promise.resolve(simulate({ ...request, interrupts: 1 }));
      },
      measure: (request) => {
        made++;
        return Promise.resolve(measure({ ...request, interrupts: 1 }));
      },
    });
    await cache.measure({ ...REQUEST, settings: { lines: 1, accesses: 3 } });
    await cache.measure({ ...REQUEST, settings: { accesses: 3, lines: 1 } });
    expect(made).toBe(1);
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, kernel: '5.4' } };
    const others = [
      { ...REQUEST, facts },
      { ...REQUEST, seed: 2 },
      { ...REQUEST, bugs: { all: false } },
    ];
    for (const other of others) await cache.measure(other);
    expect(made).toBe(4);
    await cache.run(REQUEST);
    await cache.run(REQUEST);
    expect(made).toBe(5);
    expect(new Set(others.map(keyOf)).size).toBe(3);
  });
});

describe('assumptions', () => {
  const eoiMode = CHANGEABLE_FACTS.find(({ fact }) => fact === 'host.gicEoiMode');

  it('are changed one at a time, the other features of the host staying', () => {
    if (!eoiMode) throw new Error('no such fact');
    expect(changedSetting(eoiMode, 'irqCpu=1,gicEoiMode=1', '0')).toBe('irqCpu=1,gicEoiMode=0');
    const settings: Record<string, string> = { hostFeatures: changedSetting(eoiMode, '', '0') };
    expect(unwrap(factsFrom((name) => settings[name] ?? '')).host.gicEoiMode).toBe(0);
  });

  it('can be that guest or device have no MSI, which no file says', () => {
    const msi = CHANGEABLE_FACTS.find(({ fact }) => fact === 'guest.msi');
    if (!msi) throw new Error('no such fact');
    const settings: Record<string, string> = { [msi.setting]: changedSetting(msi, 'pvEoi=off', 'off') };
    expect(settings).toEqual({ guestFeatures: 'pvEoi=off,msi=off' });
    const { guest } = unwrap(factsFrom((name) => settings[name] ?? ''));
    expect(guest).toMatchObject({ msi: 'off', pvEoi: 'off' });
  });

  it('are named by what moved', () => {
    const facts = { host: { ...TEST_FACTS.host, kernel: '5.4', irqCpu: 1 }, guest: TEST_FACTS.guest };
    expect(changedFacts(TEST_FACTS, facts)).toEqual(['host kernel 6.12 → 5.4', 'host irqCpu 0 → 1']);
    expect(changedFacts(TEST_FACTS, TEST_FACTS)).toEqual([]);
  });
});

describe('the verdict on a place that several machines use', () => {
  it('is true for all of them', () => {
    expect(sharedVerdict(['a'])).toBe('a');
    expect(sharedVerdict(['a', 'a'])).toBe('a · 2 machines');
    expect(sharedVerdict(['a', 'b', 'a'])).toBe('3 machines: a | b');
  });
});
