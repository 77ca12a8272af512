import type { QemuDifference } from './difference.ts';
import type { QemuAnswers } from './qemu-answers.ts';
import { ABOUT_ACCELERATORS } from './questions.ts';

/** Why a difference is none of the catalogue's mistakes. */
export interface Explanation {
  readonly reason: string;
  readonly covers: (difference: QemuDifference, qemu: QemuAnswers) => boolean;
}

/** The differences that are known, each with its reason. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    reason: 'this QEMU was built without KVM, as one for another architecture than its host is',
    covers: ({ kind, subject, name }, qemu) =>
      kind === 'missing' && subject === '-trace' && name.startsWith('kvm_') && !hasKvm(qemu),
  },
  {
    reason: 'QEMU takes queues= here (qapi/net.json, NetdevVhostUserOptions), but -help does not print it',
    covers: ({ kind, subject, name }) =>
      kind === 'missing' &&
      name === 'queues' &&
      ['-netdev vhost-user', '-netdev vhost-vdpa'].includes(subject),
  },
];

/** The reason for a difference; undefined if there is none, and the catalogue or this QEMU is to be looked at. */
export function explanationOf(difference: QemuDifference, qemu: QemuAnswers): string | undefined {
  return EXPLANATIONS.find(({ covers }) => covers(difference, qemu))?.reason;
}

function hasKvm(qemu: QemuAnswers): boolean {
  return /^kvm$/m.test(qemu.to(ABOUT_ACCELERATORS) ?? '');
}
