import type { HostFacts } from '../facts/facts.ts';
import type { NumberSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';

/** How long a vCPU that halts polls before its thread sleeps. */
export const HALT_POLL_SETTING: NumberSetting = {
  name: 'haltPollUs',
  kind: 'number',
  unit: 'us',
  default: 0,
  minimum: 0,
  maximum: 1_000_000,
  description:
    'how long a vCPU that halts polls before its thread sleeps; 0 is not at all. KVM adapts it: up to kvm.halt_poll_ns (200 us on x86) while halts are shorter than that, and down to 0 while they are longer, as with the default period. The CPU time is not counted',
};

/** Why a vCPU cannot poll on this host; null if it can, or does not. */
export function haltPollTrouble(settings: CompleteSettings, host: HostFacts): string | null {
  if (settings.number('haltPollUs') === 0 || host.cpus > 1) return null;
  return 'haltPollUs needs cpus=2 or more: KVM does not poll while another thread wants the CPU';
}
