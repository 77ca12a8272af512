import { describe, expect, it } from 'vitest';
import { explorePath } from '../../../src/analysis/explore-path.ts';
import type { Exploration } from '../../../src/analysis/exploration.ts';
import { checkWiring } from '../../../src/analysis/properties.ts';
import { finish } from '../../../src/engine/explore.ts';
import type { Facts, HostFacts } from '../../../src/facts/facts.ts';
import type { PathSettings } from '../../../src/paths/path.ts';
import { wirePosted } from '../../../src/paths/vfio-pci-posted.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import {
  INTX_IRQFD,
  INTX_SPLIT,
  INTX_USERSPACE,
  MSI_IRQFD,
  MSI_USERSPACE,
  POSTED,
  settingsOf,
} from '../../support/runs.ts';
import { unwrap } from '../../support/unwrap.ts';

function assuming(host: Partial<HostFacts>): Facts {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, ...host } };
}

const APICV = { apicv: 'on' } as const;
const AVIC = { apicv: 'on', vendor: 'amd' } as const;
const VAPIC = { ...AVIC, posting: 'on' } as const;

function explored(path: string, settings: PathSettings, host: Partial<HostFacts>): Exploration {
  return unwrap(finish(explorePath({ path, settings, facts: assuming(host), bugs: { all: false } })));
}

describe('vCPUs with APICv or AVIC', { timeout: 120_000 }, () => {
  const simple = { napi: 'off', accesses: 1 };
  const cases: readonly (readonly [string, PathSettings, Partial<HostFacts>])[] = [
    [INTX_IRQFD, {}, { ...APICV, irqCpu: 1 }],
    [INTX_IRQFD, { guest: 'busy' }, APICV],
    [INTX_IRQFD, { mmap: 'off' }, { ...AVIC, irqCpu: 1 }],
    [INTX_IRQFD, { guest: 'busy', intxMask: 'broken' }, AVIC],
    [INTX_SPLIT, {}, APICV],
    [INTX_SPLIT, { guest: 'busy' }, { ...AVIC, irqCpu: 1 }],
    [INTX_SPLIT, { intremap: 'on', ...simple }, { ...AVIC, irqCpu: 1 }],
    [INTX_USERSPACE, { ...simple, mmapTimeoutMs: 0 }, APICV],
    [INTX_USERSPACE, { irqchip: 'split', mmap: 'off', ...simple }, { ...AVIC, irqCpu: 1 }],
    [MSI_IRQFD, {}, AVIC],
    [MSI_IRQFD, { guest: 'busy' }, { ...AVIC, irqCpu: 1 }],
    [MSI_USERSPACE, { mmap: 'off' }, AVIC],
    [POSTED, {}, VAPIC],
    [POSTED, { guest: 'busy' }, VAPIC],
    [POSTED, { preemptionUs: 100 }, VAPIC],
    [POSTED, { preemptionUs: 100, guest: 'busy' }, { ...VAPIC, irqCpu: 1 }],
    [POSTED, { preemptionUs: 100 }, { ...VAPIC, kernel: '6.17' }],
    [POSTED, {}, { ...VAPIC, cpus: 1 }],
    [POSTED, { inhibitedBy: 'no-bypass', guest: 'busy', preemptionUs: 100 }, VAPIC],
    [POSTED, { inhibitedBy: 'apicv-inhibited' }, VAPIC],
  ];

  it.each(cases)('%s %o %o: none is lost or stuck in any interleaving', (path, settings, host) => {
    const result = explored(path, settings, host);
    expect(result.complete).toBe(true);
    expect(result.states).toBeGreaterThan(100);
    expect(result.violations.map(({ property }) => property)).toEqual([]);
  });
});

describe('the GA log', () => {
  it('wakes a vCPU that blocks: without the look after IsRunning is clear one would be lost', () => {
    const wiring = unwrap(wirePosted(settingsOf(POSTED), assuming(VAPIC), { looksBeforeSleep: false }));
    const { findings } = finish(checkWiring(wiring, { maxStates: 1e6, marks: [] }));
    const lost = findings.find(({ property }) => property === 'no-lost-interrupt');
    const labels = lost?.prefix.map(({ step }) => wiring.model.steps[step]?.label) ?? [];
    // Posted after the look, while the IOMMU still takes the vCPU for one that runs.
    expect(labels.lastIndexOf('post-interrupt')).toBeGreaterThan(labels.lastIndexOf('look-and-block'));
    expect(labels.lastIndexOf('post-interrupt')).toBeLessThan(labels.lastIndexOf('put-avic'));
    expect(labels).not.toContain('ga-log-interrupt');
  });

  it('has entries for preempted vCPUs up to Linux 6.16, and none from 6.17 on', () => {
    const wakesNobody = (kernel: string): boolean => {
      const facts = assuming({ ...VAPIC, kernel });
      const settings = settingsOf(POSTED, { guest: 'busy', preemptionUs: 100 });
      const wiring = unwrap(wirePosted(settings, facts, { looksBeforeSleep: true }));
      const { graph } = finish(checkWiring(wiring, { maxStates: 1e6, marks: [] }));
      const field = wiring.model.fields.findIndex(({ name }) => name === 'GA log interrupt');
      const found = graph.states.buffer();
      for (let index = 0; index < graph.states.size; index++) {
        graph.states.read(index, found);
        if (found.state[field] === 1) return true;
      }
      return false;
    };
    expect(wakesNobody('6.16')).toBe(true);
    expect(wakesNobody('6.17')).toBe(false);
  });
});
