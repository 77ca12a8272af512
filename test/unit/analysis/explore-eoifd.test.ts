import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration, Violation } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { HostFacts } from '../../../src/facts/facts.ts';
import { wireDeassertOnAck } from '../../../src/paths/irqfd-deassert-on-ack.ts';
import { wireEoifd } from '../../../src/paths/irqfd-eoifd.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { DEASSERT_ON_ACK, EOIFD, LEVEL_PULSE, settingsOf } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The host's interrupt and the vCPU on two CPUs, unless said otherwise. */
function explored(
  request: Omit<ExplorationRequest, 'facts'>,
  host: Partial<HostFacts> = { irqCpu: 1 },
): Exploration {
  const facts = { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
  return unwrap(finish(explorePath({ facts, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return [...new Set(violations.map(({ property }) => property))].sort();
}

function violation(of: Exploration, property: string): Violation {
  const found = of.violations.find((one) => one.property === property);
  if (!found) throw new Error(`${property} is not violated`);
  return found;
}

const EDGE = { arch: 'arm', trigger: 'edge', guestTrigger: 'edge' };

describe('a plain irqfd on a level line', () => {
  it.each([{}, { intxMask: 'broken' }, { napi: 'off', accesses: 1 }])(
    'x86 %o: VFIO masks its function, nobody unmasks it, and the next interrupt is lost',
    (settings) => {
      const result = explored({ path: LEVEL_PULSE, settings });
      expect(result.complete).toBe(true);
      expect(violated(result)).toEqual(
        expect.arrayContaining(['no-lost-interrupt', 'unmasked']) as unknown[],
      );
      const labels = violation(result, 'no-lost-interrupt').prefix.map(({ label }) => label);
      expect(labels).toContain('pulse-up');
      expect(labels).toContain('pulse-down');
      expect(labels).not.toContain('unmask-intx');
    },
  );

  it('x86: is one interrupt only if the worker is not held up between up and down', () => {
    const storm = violation(explored({ path: LEVEL_PULSE, settings: {} }), 'no-storm');
    expect(storm.starved).toEqual(['kworker']);
  });

  it('Arm: only goes up, and a guest that believes in levels takes it for ever (trace E1)', () => {
    const result = explored({ path: LEVEL_PULSE, settings: { ...EDGE, guestTrigger: 'level' } });
    expect(violated(result)).toEqual(['no-storm']);
    // Nobody is held up: the line is never lowered.
    expect(violation(result, 'no-storm').starved).toEqual([]);
  });

  it.each(['6.12', '4.4'])('Arm, Linux %s: is right where device and guest see edges', (kernel) => {
    const result = explored({ path: LEVEL_PULSE, settings: EDGE }, { kernel });
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
  });

  it('Arm, pulsed by a worker: a level that is down again before the guest looks is lost', () => {
    const result = explored({ path: LEVEL_PULSE, settings: { arch: 'arm' } }, { kernel: '4.4' });
    const { prefix } = violation(result, 'no-lost-interrupt');
    expect(prefix.map(({ label }) => label)).not.toContain('call-handler');
  });
});

describe('eoifd and deassert-on-ack without what is wrong with them', () => {
  const cases: readonly { path: string; settings: PathSettings; host?: Partial<HostFacts> }[] = [
    { path: EOIFD, settings: {} },
    { path: EOIFD, settings: { intxMask: 'broken', guest: 'busy' }, host: { irqCpu: 0 } },
    { path: EOIFD, settings: { lifetime: 'close-irqfd' } },
    { path: EOIFD, settings: { lifetime: 'deassign' } },
    { path: EOIFD, settings: { lifetime: 'deassign', napi: 'off' } },
    { path: EOIFD, settings: { lifetime: 'deassign', intxMask: 'broken' } },
    { path: DEASSERT_ON_ACK, settings: {} },
    { path: DEASSERT_ON_ACK, settings: { lifetime: 'close-irqfd' } },
    { path: DEASSERT_ON_ACK, settings: { lifetime: 'deassign', napi: 'off' } },
    { path: DEASSERT_ON_ACK, settings: { lifetime: 'deassign', guest: 'busy' }, host: { irqCpu: 0 } },
    { path: DEASSERT_ON_ACK, settings: { lifetime: 'close-deassert' } },
  ];

  it.each(cases)('$path $settings $host: all states seen, nothing wrong', ({ path, settings, host }) => {
    const result = explored({ path, settings, bugs: { all: false } }, host);
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(violated(result)).toEqual([]);
  });

  it('are the same machine while nobody takes anything away', () => {
    const [two, one] = [EOIFD, DEASSERT_ON_ACK].map((path) => explored({ path }));
    expect([two?.states, two?.transitions]).toEqual([one?.states, one?.transitions]);
  });
});

describe('two objects', () => {
  it('closed in the wrong order, leave the line up until the other one is gone', () => {
    const result = explored({ path: EOIFD, settings: { lifetime: 'close-eoifd' }, bugs: { all: false } });
    const storm = violation(result, 'no-storm');
    expect(storm.starved).toEqual(['kworker cleanup']);
    expect(storm.prefix.map(({ label }) => label)).toContain('close-eoifd');
  });

  it('of which the irqfd is forgotten, leave it up for ever', () => {
    const bugs = { all: false, 'forgotten-close': true };
    const result = explored({ path: EOIFD, settings: { lifetime: 'close-eoifd' }, bugs });
    expect(violated(result)).toEqual(['no-leaked-source-id', 'no-spurious', 'no-storm']);
    // There is nobody left who could lower it.
    expect(violation(result, 'no-storm').starved).toEqual([]);
  });

  it('of which the eoifd is forgotten, keep the source id of a line that nobody uses', () => {
    const bugs = { all: false, 'forgotten-close': true };
    const result = explored({ path: EOIFD, settings: { lifetime: 'close-irqfd' }, bugs });
    expect(violated(result)).toEqual(['no-leaked-source-id']);
    expect(violation(result, 'no-leaked-source-id').prefix.map(({ label }) => label)).not.toContain(
      'close-eoifd',
    );
  });

  it("deassigned in the order of QEMU's driver, storm between the two calls", () => {
    const bugs = { all: false, 'eoifd-first': true };
    const result = explored({ path: EOIFD, settings: { lifetime: 'deassign' }, bugs });
    const labels = violation(result, 'no-storm').prefix.map(({ label }) => label);
    expect(labels).toContain('unregister-notifier');
    expect(labels).not.toContain('release-irqfd');
  });
});

describe('one object', () => {
  it('does not care for its deassert_eventfd being closed, but VFIO does', () => {
    const settings = { lifetime: 'close-deassert' };
    const bugs = { all: false, 'vfio-loses-its-eventfd': true };
    const result = explored({ path: DEASSERT_ON_ACK, settings, bugs });
    expect(violated(result)).toEqual(['no-lost-interrupt', 'unmasked']);
    const labels = violation(result, 'unmasked').prefix.map(({ label }) => label);
    // KVM goes on as before: it lowers the line and signals, and nobody listens.
    expect(labels.indexOf('virqfd-shutdown')).toBeLessThan(labels.lastIndexOf('deassert-ack'));
    expect(labels.indexOf('virqfd-shutdown')).toBeLessThan(labels.lastIndexOf('signal-deassert'));
  });

  it.each([DEASSERT_ON_ACK, EOIFD])(
    '%s: whose notifier goes before the line does, storms while its worker waits for the grace period',
    (path) => {
      const settings = { lifetime: 'deassign' };
      const result = explored({ path, settings, bugs: { all: false, 'lowered-last': true } });
      const { starved, prefix } = violation(result, 'no-storm');
      expect(starved).toEqual(['kworker cleanup']);
      expect(prefix.map(({ label }) => label)).toContain('unregister-notifier');
    },
  );
});

describe('removing a part', () => {
  it.each([
    [EOIFD, wireEoifd],
    [DEASSERT_ON_ACK, wireDeassertOnAck],
  ] as const)('%s: a shutdown that waits for nobody frees what is still used', (path, wireIt) => {
    for (const lifetime of ['close-irqfd', 'deassign']) {
      const settings = settingsOf(path, { lifetime });
      const wiring = unwrap(wireIt(settings, TEST_FACTS, new Set(), { waits: false }));
      const { findings } = finish(checkWiring(wiring, { maxStates: 1e6, marks: [] }));
      const use = findings.find(({ property }) => property === 'no-use-after-close');
      expect(use?.prefix.length).toBeGreaterThan(10);
    }
  });
});
