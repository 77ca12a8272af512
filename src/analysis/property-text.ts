/** What it means that a property of the explorer does not hold, as a sentence about the end of the run that shows it. */
export const BROKEN: Readonly<Record<string, string>> = {
  'no-lost-interrupt': 'The device wants service, and whatever happens from here on, it never gets it.',
  'edge-count':
    'An edge is remembered on its way to the guest, and whatever happens from here on, it never gets there.',
  unmasked: 'The line of the device is masked, and whatever happens from here on, it stays masked.',
  'no-storm': "The guest's handler is entered again and again and never serves the device.",
  'no-deadlock': 'Nothing can happen any more, and a process still has something to do.',
  'no-spurious': "The guest's handler is entered and finds nothing to do.",
  'no-double-injection': 'QEMU injects one interrupt of the device twice.',
  'hw-lr-discipline':
    'The guest is entered with a hardware list register that is pending and active, or whose physical interrupt is not active.',
  'no-use-after-close':
    'An irqfd or eoifd is used after KVM has let go of it, or an ioeventfd after QEMU has.',
  'no-leaked-source-id': 'An irq source id is held for ever by a line that nobody uses any more.',
  'no-needless-refusal': 'A line is not forwarded although it has no interrupt on its way.',
  'no-notifier-after-stop': 'A notification is handled after the notifiers of the device have been stopped.',
  'no-stale-index':
    'QEMU handles a queue of vhost from an index that vhost has left behind since QEMU last asked.',
  'no-sleep-unnotified':
    'The thread of the device goes to sleep on a queue whose notifications it has turned off.',
  'no-wrong-end': 'An access to the registers of one interrupt ends another one of the device.',
  'no-abort': 'QEMU aborts, and the VM ends with it.',
};

/** The same properties as promises: what a path does when they hold. */
export const PROMISED: Readonly<Record<string, string>> = {
  'no-lost-interrupt': 'A device that wants service gets it.',
  'edge-count': 'An edge gets to the guest, alone or merged with another.',
  unmasked: 'A line that is masked is unmasked again.',
  'no-storm': "The guest's handler is not entered again and again without serving the device.",
  'no-deadlock': 'Nothing ends while a process still has something to do.',
  'no-spurious': "The guest's handler always finds something to do.",
  'no-double-injection': 'QEMU injects each interrupt of the device once.',
  'hw-lr-discipline':
    'A hardware list register is never pending and active, and its physical interrupt is active when the guest is entered.',
  'no-use-after-close':
    'No irqfd or eoifd is used after KVM has let go of it, and no ioeventfd after QEMU has.',
  'no-leaked-source-id': 'An irq source id is given back when its line is not used any more.',
  'no-needless-refusal': 'A line that has no interrupt on its way is forwarded.',
  'no-notifier-after-stop': 'No notification is handled after the notifiers of the device have been stopped.',
  'no-stale-index': 'QEMU never handles a queue from an index that vhost has left behind.',
  'no-sleep-unnotified':
    'The thread of the device never sleeps on a queue whose notifications it has turned off.',
  'no-wrong-end': 'An access to the registers of one interrupt ends no other one.',
  'no-abort': 'QEMU goes on when KVM refuses it something.',
};

/** What happens at the step at which a run goes wrong; `#` stands for the interrupt that it happens to. */
const FATAL: Readonly<Record<string, string>> = {
  'no-lost-interrupt': '# is lost here',
  'edge-count': 'an edge is stuck from here on',
  unmasked: 'the line stays masked from here on',
  'no-storm': 'from here it repeats for ever',
  'no-deadlock': 'nothing goes on from here',
  'no-abort': 'QEMU aborts here',
  'no-spurious': 'spurious: nothing to do here',
  'no-double-injection': 'injected a second time here',
  'hw-lr-discipline': 'the list register is wrong here',
  'no-use-after-close': 'used after its close here',
  'no-leaked-source-id': 'the source id is leaked here',
  'no-needless-refusal': 'refused without need here',
  'no-notifier-after-stop': 'handled after the stop here',
  'no-stale-index': 'a stale index is used here',
  'no-sleep-unnotified': 'asleep without notifications from here on',
  'no-wrong-end': 'ends the wrong interrupt here',
};

/** The same as a few words for that step; `interrupt` is counted from 1, 0 if it is not known. */
export function fatalWords(property: string, interrupt: number): string {
  const name = interrupt === 0 ? 'the interrupt' : `interrupt ${interrupt}`;
  return (FATAL[property] ?? `${property} is violated here`).replace('#', name);
}
