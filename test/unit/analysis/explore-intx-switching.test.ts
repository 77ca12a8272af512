import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { ExplorationRequest } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Field } from '../../../src/engine/state.ts';
import { RETURN } from '../../../src/engine/step.ts';
import type { Step } from '../../../src/engine/step.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import type { ChangingParts } from '../../../src/paths/vfio-pci-intx-changing.ts';
import { wireReroutedIntx, wireSwitchingIntx } from '../../../src/paths/vfio-pci-intx-switching.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { changed } from '../../support/changed-step.ts';
import { INTX_IRQFD, settingsOf, wire } from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

const FACTS = { ...TEST_FACTS, host: { ...TEST_FACTS.host, irqCpu: 1 } };
const SIMPLE = { napi: 'off', accesses: 1, mmapTimeoutMs: 0 };

function explored(request: Omit<ExplorationRequest, 'facts' | 'path'> & { facts?: Facts }): Exploration {
  return unwrap(finish(explorePath({ path: INTX_IRQFD, facts: FACTS, ...request })));
}

function violated({ violations }: Exploration): string[] {
  return violations.map(({ property }) => property);
}

describe('a change between QEMU and irqfd while the device runs', { timeout: 300_000 }, () => {
  it.each<PathSettings>([
    { switching: 'enable' },
    { switching: 'enable', mmap: 'off', intxMask: 'broken' },
    { switching: 'disable' },
    { switching: 'disable', intxMask: 'broken' },
    { rerouting: 'on' },
    { rerouting: 'on', intxMask: 'broken' },
  ])('%o: all states seen, no interrupt is lost', (settings) => {
    const result = explored({ settings: { ...SIMPLE, ...settings }, bugs: { all: false } });
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(1000);
    expect(violated(result)).toEqual([]);
  });

  it('loses none where the processor delivers interrupts by itself', () => {
    const facts = { ...FACTS, host: { ...FACTS.host, apicv: 'on' as const } };
    const settings = { ...SIMPLE, switching: 'disable', mmap: 'off' };
    const result = explored({ settings, facts, bugs: { all: false } });
    expect(result.complete).toBe(true);
    expect(violated(result)).toEqual([]);
  });

  it('costs at most handler calls for nothing: a path that does not change promises none of them', () => {
    const properties = (settings: PathSettings): string[] =>
      explored({ settings: { ...SIMPLE, ...settings }, bugs: { all: false } }).properties.map(
        ({ name }) => name,
      );
    expect(properties({})).toContain('no-spurious');
    expect(properties({ switching: 'disable' })).not.toContain('no-spurious');
  });
});

describe('what a change cannot do without', { timeout: 120_000 }, () => {
  const found = (settings: PathSettings, parts: Partial<ChangingParts>): string[] => {
    const given = settingsOf(INTX_IRQFD, { ...SIMPLE, mmap: 'off', ...settings });
    const all = { polls: true, unmasksLast: true };
    const wireChange = settings.rerouting === 'on' ? wireReroutedIntx : wireSwitchingIntx;
    const wiring = unwrap(wireChange(given, FACTS, new Set(), { ...all, ...parts }));
    const { graph, findings } = finish(checkWiring(wiring, { maxStates: 2e6, marks: [], reduce: true }));
    expect(graph.complete).toBe(true);
    return findings.map(({ property }) => property);
  };
  const ways: readonly PathSettings[] = [
    { switching: 'enable' },
    { switching: 'disable' },
    { rerouting: 'on' },
    { switching: 'enable', intxMask: 'broken' },
  ];

  it.each(ways)('%o: without the unmask at its end the interrupt is lost', (settings) => {
    expect(found(settings, { unmasksLast: false })).toEqual(['no-lost-interrupt', 'unmasked']);
  });

  it.each(ways)(
    '%o: the look at the eventfd in KVM_IRQFD is not needed, as the unmask sends what is still up again',
    (settings) => {
      expect(found(settings, { polls: false })).toEqual([]);
    },
  );
});

describe('known bugs of the change', { timeout: 120_000 }, () => {
  const cases = [
    // The line stays up with nobody to lower it, while the worker waits for a grace period.
    { bug: 'resampler-lowered-last', starved: 'kworker cleanup', before: 'unregister-notifier' },
    { bug: 'line-before-unmap', starved: 'main loop', before: 'raise-line' },
  ];
  it.each(cases)('$bug storms while the $starved starves', ({ bug, starved, before }) => {
    const settings = { ...SIMPLE, switching: 'disable' };
    const { violations } = explored({ settings, bugs: { all: false, [bug]: true } });
    expect(violations.map(({ property }) => property)).toEqual(['no-storm']);
    expect(violations[0]?.starved).toContain(starved);
    expect(violations[0]?.prefix.map(({ label }) => label)).toContain(before);
    expect(violations[0]?.cycle.map(({ label }) => label)).toContain('irq-none');
  });
});

describe('settings that do not go together', () => {
  it.each([
    [{ switching: 'both', rerouting: 'on' }, 'only one of'],
    [{ switching: 'both', arch: 'arm' }, 'x86 only'],
    [{ guestDisablesIntx: 'on', arch: 'arm' }, 'x86 only'],
    [{ guestDisablesIntx: 'on', rerouting: 'on' }, 'only one of'],
    [{ switching: 'both', surroundings: 'real' }, 'nobody has traced'],
  ])('%o is refused', (settings, why) => {
    const result = finish(explorePath({ path: INTX_IRQFD, facts: FACTS, settings }));
    expect(result.ok ? '' : result.error).toContain(why);
  });
});

describe('a guest that sets INTX_DISABLE and clears it', { timeout: 300_000 }, () => {
  // One that never halts has fewer states.
  const settings = { ...SIMPLE, guestDisablesIntx: 'on', guest: 'busy', intxMask: 'broken' };

  /** What is found if a step (by label) does something else. */
  const foundWith = (label: string, change: (step: Step, disabled: Field) => Step): string[] => {
    const wiring = wire(INTX_IRQFD, settings, FACTS, { all: false });
    const disabled = wiring.model.fields.findIndex(({ name }) => name === 'virq_disabled');
    const { graph, findings } = finish(
      checkWiring(
        changed(wiring, label, (step) => change(step, disabled)),
        { maxStates: 2e6, marks: [], reduce: true },
      ),
    );
    expect(graph.complete).toBe(true);
    return findings.map(({ property }) => property);
  };

  it.each<PathSettings>([{ intxMask: 'broken' }, { intxMask: 'pci23', mmap: 'off' }])(
    '%o: its mask holds, and no interrupt is lost',
    (given) => {
      const result = explored({ settings: { ...settings, ...given }, bugs: { all: false } });
      expect(result.complete).toBe(true);
      expect(violated(result)).toEqual([]);
      expect(result.properties.map(({ name }) => name)).toContain('mask-balance');
    },
  );

  it('an unmask that did not look at virq_disabled would undo it', () => {
    const heedless = (step: Step, disabled: Field): Step => ({
      ...step,
      do: (s, choice) => {
        const was = s[disabled] as number;
        s[disabled] = 0;
        const go = step.do?.(s, choice);
        s[disabled] = was;
        return go;
      },
    });
    expect(foundWith('unmask-intx', heedless)).toEqual(['mask-balance']);
  });

  it('clearing the bit has to unmask, or what came meanwhile is lost', () => {
    const forgetful = (step: Step): Step => ({
      ...step,
      do: (s, choice) => {
        step.do?.(s, choice);
        return RETURN;
      },
    });
    expect(foundWith('clear-virq-disabled', forgetful)).toEqual(['no-lost-interrupt', 'unmasked']);
  });
});
