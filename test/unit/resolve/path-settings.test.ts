import { describe, expect, it } from 'vitest';
import { buildLimits, settingsOfPath } from '../../../src/resolve/path-settings.ts';
import { TEST_FACTS } from '../../support/facts.ts';

const INTX = 'vfio-pci/intx-irqfd';
const ONE_CPU = { ...TEST_FACTS, host: { ...TEST_FACTS.host, cpus: 1, irqCpu: 0, vcpuCpu: 0 } };

describe('whether a path can be run for a machine', () => {
  it('is what wiring it says, with what was expected', () => {
    expect(buildLimits(INTX, {}, TEST_FACTS)).toBeNull();
    expect(buildLimits(INTX, { guest: 'busy' }, TEST_FACTS)).toBeNull();
    expect(buildLimits(INTX, { guest: 'busy' }, ONE_CPU)).toMatch(/^guest=busy needs cpus=2/);
    expect(buildLimits(INTX, { arch: 'arm', intremap: 'on', irqchip: 'on' }, TEST_FACTS)).toBeNull();
  });

  it('looks at those settings only that the path has', () => {
    expect(settingsOfPath(INTX, { barsAtStart: 'unmapped', mmap: 'off' })).toEqual({ mmap: 'off' });
    expect(buildLimits(INTX, { barsAtStart: 'nowhere' }, TEST_FACTS)).toBeNull();
  });

  it('names what a path is not built for', () => {
    expect(buildLimits('virtio/none', {}, TEST_FACTS)).toBe(
      'this path is not built yet: it can be named, not run',
    );
    expect(buildLimits(INTX, { irqchip: 'off' }, TEST_FACTS)).toBe(
      'this path is not built yet for irqchip=off, only for on',
    );
  });
});
