import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { Facts } from '../facts/facts.ts';
import type { ChoiceSetting, PathSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { Ways } from './virtio-settings.ts';

/** How many queues of a device are in use. */
const QUEUES: ChoiceSetting = {
  name: 'queues',
  kind: 'choice',
  choices: ['1', '2'],
  default: '1',
  description:
    'queues of the device that are used at once (num-queues; pairs of a network card, of which the one that sends), each by a program on a vCPU of its own: a notifier, an ioeventfd and a vector for each; one main loop serves both, IOThreads (iothread-vq-mapping) and vhost workers one each. 2 needs cpus=4',
  onlyWith: { setting: 'device', values: ['virtio-blk', 'virtio-net'] },
};

/** Whose program works. */
const SUBMITTERS: ChoiceSetting = {
  name: 'submitters',
  kind: 'choice',
  choices: ['both', 'second'],
  default: 'both',
  description:
    'programs that use the device: both; second, that on the second vCPU alone, with which all states can be explored',
  onlyWith: { setting: 'queues', values: ['2'] },
};

/** What a path has whose device may use two queues. */
export const QUEUE_SETTINGS: readonly PathSetting[] = [QUEUES, SUBMITTERS];

/** Two vCPUs, and at least two more for the threads that serve them. */
const CPUS_OF_TWO = 4;

/** Whether two queues are used. */
export function isMulti(settings: CompleteSettings): boolean {
  return settings.choice('queues', '1') === '2';
}

/** Whether nothing is submitted to the first queue. */
export function isSecondAlone(settings: CompleteSettings): boolean {
  return isMulti(settings) && settings.choice('submitters') === 'second';
}

/** Whether two queues are used; an error says without what they are not modelled. */
export function checkQueues(
  settings: CompleteSettings,
  { kick, call }: Ways,
  { host }: Facts,
  hasNotifierChange: boolean,
): Result<boolean> {
  if (!isMulti(settings)) return ok(false);
  const only = (name: string, value: string): Result<boolean> =>
    fail(`queues=2 is modelled with ${name}=${value} only`);
  const device = settings.choice('device');
  const isCard = device === 'virtio-net' && kick === 'vhost';
  if (device !== 'virtio-blk' && !isCard) {
    return fail(`queues=2 is modelled for virtio-blk that QEMU serves and virtio-net that vhost serves`);
  }
  for (const [name, value] of [
    ['arch', 'x86'],
    ['surroundings', 'quiet'],
    ...(isCard ? [['traffic', 'send'] as const] : [['vectorChange', 'none'] as const]),
  ] as const) {
    if (settings.choice(name, value) !== value) return only(name, value);
  }
  if (host.apicv === 'on') return only('apicv', 'off');
  if (hasNotifierChange) return only('notifiers', 'running');
  if (call === 'intx') {
    return fail(
      `queues=2: queues that share the device's line are not modelled; with messages each has a vector`,
    );
  }
  if (host.cpus < CPUS_OF_TWO) {
    return fail(
      `queues=2 needs a CPU for each of two vCPUs and two for the threads of the device (cpus=${String(CPUS_OF_TWO)})`,
    );
  }
  return ok(true);
}
