import type { KnownBug } from './path.ts';

/** What a message meets on a vGIC of 2016, whoever injects it. */
export const QUEUED_MESSAGE_UNSEEN: KnownBug = {
  name: 'queued-message-unseen',
  title: 'A message that comes while the last one is in service is not seen before an unrelated exit',
  introducedIn: 'Linux 4.7',
  fixedIn: 'Linux 4.10',
  violates: 'no-lost-interrupt',
  needs: { arch: 'arm', gic: '3', guest: 'busy' },
  needsHost: { irqCpu: 1 },
  source:
    'Linux virt/kvm/arm/vgic/vgic.c vgic_queue_irq_unlock: no kick in 2016, one today for just this reason (that 4.7 ' +
    'is the first release with it and 4.10 the first without it is from memory, unverified)',
};
