import type { Facts } from '../facts/facts.ts';
import type { ChoiceSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';

/** Neither on nor off: what the facts about the guest say. */
export const AS_ASSUMED = 'as assumed';

/** What `-cpu` of an x86 guest says of its local APIC, where a launch file says it. */
export const CPU_FLAG_SETTINGS: readonly ChoiceSetting[] = [
  flag('x2apic', '-cpu …,x2apic=: whether the guest ends interrupts by an MSR or in memory'),
  flag('pvEoi', '-cpu …,kvm-pv-eoi=: whether the guest ends edge interrupts by a flag in memory'),
];

/** The facts, with what the settings say of the guest's CPU in the place of what is assumed of it. */
export function withCpuFlags(settings: CompleteSettings, facts: Facts): Facts {
  const { guest } = facts;
  const x2apic = settings.choice('x2apic', AS_ASSUMED);
  const pvEoi = settings.choice('pvEoi', AS_ASSUMED);
  return {
    ...facts,
    guest: {
      ...guest,
      x2apic: x2apic === AS_ASSUMED ? guest.x2apic : onOrOff(x2apic),
      pvEoi: pvEoi === AS_ASSUMED ? guest.pvEoi : onOrOff(pvEoi),
    },
  };
}

function onOrOff(value: string): 'on' | 'off' {
  return value === 'on' ? 'on' : 'off';
}

function flag(name: string, description: string): ChoiceSetting {
  return {
    name,
    kind: 'choice',
    choices: [AS_ASSUMED, 'on', 'off'],
    default: AS_ASSUMED,
    onlyWith: { setting: 'arch', values: ['x86'] },
    description: `${description}; "${AS_ASSUMED}" is what the facts about the guest say`,
  };
}
