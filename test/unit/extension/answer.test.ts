import { describe, expect, it } from 'vitest';
import { WITHOUT_JITTER } from '../../../src/analysis/cost-text.ts';
import { rowsOfShape } from '../../../src/analysis/rows-of-shape.ts';
import { simulate } from '../../../src/analysis/simulate.ts';
import type { Simulation } from '../../../src/analysis/simulation.ts';
import { describeAnswer } from '../../../src/extension/panel/answer.ts';
import { approximateTime, twoDigits } from '../../../src/analysis/approximately.ts';
import { describeAssumptions } from '../../../src/extension/panel/describe-assumptions.ts';
import { plainText } from '../../../src/extension/panel/plain-text.ts';
import { findPath } from '../../../src/paths/all-paths.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

function simulated(settings: Record<string, string | number> = {}): Simulation {
  const result = simulate({ path: 'vfio-platform/userspace', settings, facts: TEST_FACTS });
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const described = (simulation: Simulation, measured = simulation) =>
  describeAnswer(1, [], { simulation, measured, reasons: [], delta: [] });

const words = (simulation: Simulation, measured = simulation): string =>
  described(simulation, measured)
    .sentence.map(({ text }) => text)
    .join('');

describe('the answer in words', () => {
  it('never shows more than two digits that count', () => {
    expect([0, 0.0123, 0.96, 5.14, 14.4, 99.9, 314, 12_345].map(twoDigits)).toEqual([
      '0',
      '0.012',
      '0.96',
      '5.1',
      '14',
      '100',
      '310',
      '12000',
    ]);
    expect([999, 44_321, 1_249_000, 3.2e9].map(approximateTime)).toEqual([
      '≈ 1 µs',
      '≈ 44 µs',
      '≈ 1.2 ms',
      '≈ 3.2 s',
    ]);
  });

  it('has the time of the run without jitter, as lens and hover, and the spurious interrupts of the one shown', () => {
    const [shown, measured] = [simulated(), simulated(WITHOUT_JITTER)];
    const latency = approximateTime(measured.summary.latencyNs.p50);
    expect(approximateTime(shown.summary.latencyNs.p50)).not.toBe(latency);
    const stormy = { ...shown, summary: { ...shown.summary, spuriousPerInterrupt: 0.25 } };
    expect(words(stormy, measured)).toContain(`guest handler after ${latency}`);
    expect(words(stormy, measured)).toContain('0.25 spurious');
  });

  it('has what was counted for each queue, if there are two', () => {
    const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 4 } };
    const path = 'virtio/notify-ioeventfd';
    const answer = (queues: string): string =>
      JSON.stringify(described(unwrap(simulate({ path, settings: { queues }, facts, interrupts: 10 }))));
    expect(answer('2')).toContain('{"name":"queue vq1","value":"10 kicks and 10 calls for 10 requests"}');
    expect(answer('1')).not.toContain('queue vq');
  });

  it('is the run’s own numbers: exits, exits to QEMU, spurious interrupts', () => {
    const { summary } = simulated();
    const changed = {
      ...simulated(),
      summary: { ...summary, exitsPerInterrupt: 13.7, userspaceExitsPerInterrupt: 9 },
    };
    expect(words(changed)).toContain('14 exits per interrupt, 9 of them to QEMU');
    expect(words({ ...changed, summary: { ...summary, spuriousPerInterrupt: 0 } })).toContain(
      'no spurious guest interrupts',
    );
    expect(words({ ...changed, summary: { ...summary, spuriousPerInterrupt: 0.5 } })).toContain(
      '0.5 spurious',
    );
    expect(words({ ...changed, end: 'step-limit' })).toContain('storm');
  });

  it('speaks of a request and its device where the path is a kick', () => {
    const kick = unwrap(simulate({ path: 'virtio/notify-sync', facts: TEST_FACTS, interrupts: 5 }));
    expect(words(kick)).toMatch(
      /^1 exit per request, 1 of them to QEMU; the device takes it after ≈ \S+ µs, ready for the next after ≈ \S+ µs\.$/,
    );
    const names = described(kick).numbers.flatMap(({ title, figures }) => [
      title,
      ...figures.map(({ name }) => name),
    ]);
    expect(names).toContain('ring to device');
    expect(names.join()).not.toMatch(/interrupt/);
  });

  it('says of a line that stays up that it is never ready again, and not that this takes no time', () => {
    const stuck = unwrap(simulate({ path: 'irqfd/level-pulse', facts: TEST_FACTS, interrupts: 5 }));
    expect(words(stuck)).toMatch(/guest handler after ≈ \d+ µs, never ready for another;/);
    const nothing = { min: 0, p50: 0, p99: 0, max: 0 };
    const unheard = { ...stuck, summary: { ...stuck.summary, latencyNs: nothing } };
    expect(words(unheard)).toContain('the guest handler never runs');
  });

  it('says how much rests on assumed costs', () => {
    const { summary, ...rest } = simulated();
    const trust = (assumedShare: number): string =>
      described({ ...rest, summary: { ...summary, assumedShare } }).trust;
    expect(trust(0.957)).toBe('≈ 96 % of the time that steps take rests on costs that nobody has published.');
    expect(trust(0)).toBe('All of the time rests on published costs.');
  });
});

describe('the bar of assumptions', () => {
  const settings = findPath('vfio-platform/userspace')?.settings ?? [];
  const texts = (simulation: Simulation, given: Record<string, string | number>): string[] =>
    describeAssumptions(simulation, null, settings, given).map(({ text }) => text);

  it('names what the launch file does not say, with the values that were used', () => {
    const bar = texts(simulated({ mmapTimeoutMs: 110 }), { mmapTimeoutMs: 110 });
    expect(bar).toContain('QEMU 10.1');
    expect(bar).toContain('guest=idle');
    expect(texts(simulated({ handler: 'write-first' }), {})).toContain('handler=write-first');
  });

  it('folds the settings that are as ever into one, which names them', () => {
    const folded = (given: Record<string, number>): string => {
      const bar = describeAssumptions(simulated(given), null, settings, given);
      return bar.find(({ text }) => text.endsWith('default settings'))?.detail ?? '';
    };
    expect(folded({})).toContain('handler=read-first');
    expect(folded({})).toContain('mmapTimeoutMs=1100');
    expect(folded({ mmapTimeoutMs: 110 })).not.toContain('mmapTimeoutMs');
  });

  it('leaves out what means nothing on this machine, and facts that the file overrules', () => {
    const bar = (given: Record<string, string>, path = 'vfio-pci/intx-userspace'): string => {
      const run = unwrap(simulate({ path, facts: TEST_FACTS, settings: given, interrupts: 2 }));
      const all = describeAssumptions(run, null, findPath(path)?.settings ?? [], given);
      return all.map(({ text, detail }) => `${text}: ${detail}`).join('\n');
    };
    expect(bar({ arch: 'x86' })).not.toMatch(/gic=|intremap=|as assumed/);
    expect(bar({ arch: 'x86', irqchip: 'split' })).toContain('intremap=off');
    expect(bar({ arch: 'arm' })).toContain('gic=2');
    expect(bar({ arch: 'x86' })).toContain('x2APIC on');
    expect(bar({ arch: 'x86', x2apic: 'off' })).not.toContain('x2APIC on');
    const irqfd = 'vfio-pci/intx-irqfd';
    expect(bar({ arch: 'x86' }, irqfd)).toContain('switching=off');
    expect(bar({ arch: 'x86' }, irqfd)).not.toMatch(/mmapTimeoutMs=|changeUs=/);
    expect(bar({ arch: 'x86', rerouting: 'on' }, irqfd)).toContain('changeUs=2500');
    expect(bar({ arch: 'x86', rerouting: 'on' }, irqfd)).not.toContain('mmapTimeoutMs=');
    expect(bar({ arch: 'arm' }, irqfd)).not.toMatch(/switching=|rerouting=|guestDisablesIntx=/);
  });

  it('tells the kernels of host and guest apart when they differ', () => {
    const facts = { ...TEST_FACTS, guest: { ...TEST_FACTS.guest, kernel: '5.10' } };
    const bar = texts({ ...simulated(), facts }, {});
    expect(bar).toContain('Linux 6.12');
    expect(bar).toContain('guest Linux 5.10');
  });
});

describe('the steps as text', () => {
  it('has a line for each step and fits a mail of 72 columns', () => {
    const simulation = simulated();
    const rows = rowsOfShape(simulation, 0);
    const lines = mailOf(simulation).trimEnd().split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(72);
    expect(lines.slice(-rows.length).map((line) => line.split('  ').at(-1)?.trim())).toEqual(
      rows.map(({ label }) => label),
    );
  });

  it('counts requests where the path is a kick', () => {
    const kick = unwrap(simulate({ path: 'virtio/notify-sync', facts: TEST_FACTS, interrupts: 5 }));
    expect(mailOf(kick)).toContain('\n5 requests, seed 1\n');
    expect(mailOf(kick)).toContain('\ntimes in µs from the request\n');
  });

  function mailOf(simulation: Simulation): string {
    const assumptions = describeAssumptions(simulation, null, settingsOf(simulation), {});
    return plainText({
      run: {
        kind: 'run',
        simulation,
        measured: simulation,
        assumptions,
        reasons: [],
        notes: [],
        whatIf: [],
        delta: [],
      },
      shape: 0,
      rows: rowsOfShape(simulation, 0),
    });
  }

  function settingsOf({ path }: Simulation) {
    return findPath(path)?.settings ?? [];
  }
});
