import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { PathSetting } from './path.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { Ways } from './virtio-settings.ts';

/**
 * What goes on at a port: the guest writes to its console, a program to another port, a message goes through the control
 * queue, or somebody types.
 */
export type ConsoleWork = 'write' | 'port' | 'control' | 'read';

/** The queue of the device that each uses: input and output of port 0, input and output of the control port. */
export const QUEUE_OF: Readonly<Record<ConsoleWork, number>> = { read: 0, write: 1, port: 1, control: 3 };

/** What the guest of a virtio-serial device sends, of which its kick tells. */
export const CONSOLE_SETTING: PathSetting = {
  name: 'console',
  kind: 'choice',
  choices: ['write', 'port', 'control'],
  default: 'write',
  onlyWith: { setting: 'device', values: ['virtio-serial'] },
  description:
    'write: the guest writes to a virtconsole and spins, with interrupts off, until the host has taken it; port: a program writes to a virtserialport and does not wait; control: it sends a message through the control queue and spins until that is handled',
};

/** Whether a virtio-serial device is modelled with these settings; an error says without what it is not. */
export function checkSerial(settings: CompleteSettings, { kick }: Ways): Result<true> {
  if (kick !== 'sync' && kick !== 'ioeventfd') {
    return fail(`device=virtio-serial has no ${kick}: QEMU serves it in the main loop or in the vCPU thread`);
  }
  for (const [name, value] of [
    ['arch', 'x86'],
    ['surroundings', 'quiet'],
    ['vectorChange', 'none'],
  ] as const) {
    if (settings.choice(name, value) === value) continue;
    return fail(`device=virtio-serial is modelled with ${name}=${value} only`);
  }
  return ok(true);
}
