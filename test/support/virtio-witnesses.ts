import type { HostFacts } from '../../src/facts/facts.ts';
import type { PathSettings } from '../../src/paths/path.ts';
import type { Witness } from './every-step-matters.ts';

const HOSTS: readonly Partial<HostFacts>[] = [{ cpus: 3 }, { vendor: 'amd', qemu: '7.2', cpus: 3 }];

/** Requests one at a time and several at once, on disks and guests of all speeds, so that both sides meet everywhere. */
export function requests(settings: PathSettings): readonly Witness[] {
  const several = { ...settings, queueDepth: 3, serviceUs: 2 };
  const slow = (parameter: string, eventIdx = 'on'): readonly Witness[] =>
    [2000, 8000].flatMap((ns) =>
      [2, 15].map((serviceUs) => ({
        settings: { ...several, eventIdx, serviceUs, periodUs: serviceUs === 2 ? 1 : 7, guest: 'busy' },
        costs: { [parameter]: ns },
      })),
    );
  const all: readonly Witness[] = [
    { settings },
    { settings: { ...settings, guest: 'busy', pvEoi: 'off' } },
    { settings: { ...settings, transport: 'legacy' } },
    ...['on', 'off'].flatMap((eventIdx) =>
      [1, 2, 3, 5, 9].flatMap((periodUs) =>
        ['idle', 'busy'].map((guest) => ({ settings: { ...several, eventIdx, guest, periodUs } })),
      ),
    ),
    ...slow('virtqueueKick'),
    ...slow('virtqueueGet'),
    ...slow('virtqueueGet', 'off'),
    ...slow('virtqueuePop'),
    ...slow('virtqueuePop', 'off'),
    ...slow('threadPool'),
    ...slow('virtqueueAdd'),
    ...slow('guestApicAccess'),
    ...slow('vmEntry'),
  ];
  return HOSTS.flatMap((host) => all.map((witness) => ({ ...witness, host })));
}
