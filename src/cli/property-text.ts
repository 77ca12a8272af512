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
};
