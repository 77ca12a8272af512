import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { OtherSetting, PathSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';

const ON_X86: OtherSetting = { setting: 'arch', values: ['x86'] };
const SWITCHING: OtherSetting = { setting: 'switching', values: ['enable', 'disable', 'both'] };

/** What changes about the interrupt while the device runs; all of it on x86 only. */
export const INTX_CHANGE_SETTINGS: readonly PathSetting[] = [
  {
    name: 'switching',
    kind: 'choice',
    choices: ['off', 'enable', 'disable', 'both'],
    default: 'off',
    onlyWith: ON_X86,
    description:
      'QEMU takes the interrupt over from KVM while it runs (disable), gives it to KVM (enable), or goes from one to the other (both): another vCPU changes the route of the pin',
  },
  {
    name: 'rerouting',
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    onlyWith: ON_X86,
    description:
      'on: another vCPU routes the pin from a GSI that the guest has masked to the one that its driver uses',
  },
  {
    name: 'guestDisablesIntx',
    kind: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    onlyWith: ON_X86,
    description:
      'on: another vCPU sets INTX_DISABLE of the function and clears it again and again (a mask of its own)',
  },
  {
    name: 'mmapTimeoutMs',
    kind: 'number',
    unit: 'ms',
    default: 1100,
    minimum: 0,
    maximum: 4_294_967_295,
    onlyWith: SWITCHING,
    description: 'x-intx-mmap-timeout-ms, for the time in which QEMU handles the interrupt (switching)',
  },
  {
    name: 'changeUs',
    kind: 'number',
    unit: 'us',
    default: 2500,
    minimum: 0,
    maximum: 3_600_000_000,
    onlyWith: [
      SWITCHING,
      { setting: 'rerouting', values: ['on'] },
      { setting: 'guestDisablesIntx', values: ['on'] },
    ],
    description:
      'time until such a change (switching, rerouting, guestDisablesIntx), and from one to the next',
  },
];

const CHANGES = ['switching', 'rerouting', 'guestDisablesIntx'] as const;

/** What the thread of another vCPU does. */
export type IntxChange = (typeof CHANGES)[number];

/** Which change the settings ask for; an error says which of them do not go together. */
export function changeOf(settings: CompleteSettings): Result<IntxChange | 'none'> {
  const [first, ...others] = changesIn(settings);
  if (first === undefined) return ok('none');
  if (others.length > 0) return fail(`${CHANGES.join(', ')}: only one of them at a time`);
  if (settings.choice('arch') === 'arm') return fail(`arch=arm: ${first} is modelled on x86 only`);
  if (settings.choice('surroundings') === 'real') {
    return fail(`surroundings=real needs ${first}=off: nobody has traced such a change`);
  }
  const wanted = { handlerContext: 'hard', neighbour: 'none', affinity: 'fixed' };
  for (const [name, value] of Object.entries(wanted)) {
    if (settings.choice(name, value) !== value) {
      return fail(`${first} needs ${name}=${value}: more is not modelled while INTx changes`);
    }
  }
  return ok(first);
}

/** The changes that are asked for, of a path that may know none of them. */
export function changesIn(settings: CompleteSettings): readonly IntxChange[] {
  return CHANGES.filter((name) => settings.choice(name, 'off') !== 'off');
}
