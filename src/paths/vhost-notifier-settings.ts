import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { ChoiceSetting, OtherSetting, PathSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { NotifierOptions } from './virtio-notifier-settings.ts';
import { CHANGE_TIME } from './virtio-notifier-settings.ts';
import type { Ways } from './virtio-settings.ts';

const CHANGES = ['status', 'vm-stop', 'migration', 'link'] as const;

const CHANGING: OtherSetting = { setting: 'notifiers', values: CHANGES };

const NOTIFIERS: ChoiceSetting = {
  name: 'notifiers',
  kind: 'choice',
  choices: ['running', ...CHANGES],
  default: 'running',
  onlyWith: { setting: 'device', values: ['virtio-net'] },
  description:
    'what has vhost take the notifier of its queue and give it back meanwhile: running, nothing; status, the driver writes DRIVER_OK and resets the device again; vm-stop, QMP stop and cont; migration, the same with another QEMU that goes on; link, QMP set_link off and on while the guest sends',
};

/** Of a network card that vhost serves. */
export const VHOST_NOTIFIER_SETTINGS: readonly PathSetting[] = [
  NOTIFIERS,
  { ...CHANGE_TIME, onlyWith: CHANGING },
];

/** A notifier that vhost takes and gives back: why, and what is wrong or missing in it. */
export interface VhostNotifierOptions extends Pick<NotifierOptions, 'change' | 'bugs'> {
  /** False leaves out what vhost sees when it gets its backend, to see what it is for. */
  readonly looksAtTap: boolean;
}

/** What the settings ask for, null if nothing; an error says what else they have to say. */
export function vhostNotifierOptions(
  settings: CompleteSettings,
  { call }: Ways,
  bugs: ReadonlySet<string>,
): Result<VhostNotifierOptions | null> {
  const change = settings.choice('notifiers', 'running') as 'running' | (typeof CHANGES)[number];
  if (change === 'running') return ok(null);
  for (const [name, value] of [
    ['device', 'virtio-net'],
    ['arch', 'x86'],
    ['surroundings', 'quiet'],
  ] as const) {
    if (settings.choice(name) === value) continue;
    return fail(
      `notifiers=${change} needs ${name}=${value}: more is not modelled while vhost starts and stops`,
    );
  }
  if (settings.choice('transport') === 'modern-pio') {
    return fail(`notifiers=${change} is not modelled with transport=modern-pio`);
  }
  if (call === 'intx') {
    return fail(
      `notifiers=${change}: a device without MSI-X whose vhost starts and stops is not modelled yet`,
    );
  }
  return ok({ change, bugs, looksAtTap: true });
}
