import { ioeventfdRoom, ROOM_SOURCE } from '../../facts/io-bus-room.ts';
import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';

const X86 = 'Linux virt/kvm/eventfd.c kvm_ioeventfd (first released in 2.6.32: unverified)';
const ARM = 'Linux KVM_CAP_IOEVENTFD on Arm (that 4.1 is the first release with it: unverified)';
const PROBE = 'QEMU accel/kvm/kvm-all.c kvm_check_many_ioeventfds, removed by commit 5d9ec1f4c7';
/** As many as QEMU asks for when it looks whether there is room for many. */
const PROBED = 7;
/** Since then QEMU does not look, and ends where one more does not fit. */
const PROBE_GONE = '8.2';

/**
 * Whether KVM of the host takes ioeventfds; if that is asked, also as many as QEMU wants to see before it uses them for
 * virtio on PCI. vhost does not ask.
 */
export function kvmIoeventfd({ asksForMany }: { readonly asksForMany: boolean }): Rule {
  return {
    name: 'kvm-ioeventfd',
    check({ machine }): Finding {
      const { kernel, qemu } = machine.facts.host;
      const isArm = machine.architecture.value === 'arm';
      const since = isArm ? '4.1' : '2.6.32';
      const base = { option: null, value: null, isDefault: true, range: null, source: isArm ? ARM : X86 };
      if (compareReleases(kernel, since) < 0) {
        const because = `KVM of Linux ${kernel} offers no ioeventfd on ${isArm ? 'Arm' : 'x86'}; it came with ${since}`;
        return { ...base, outcome: 'fails', because };
      }
      const isProbed = asksForMany && compareReleases(qemu, PROBE_GONE) < 0;
      const room = ioeventfdRoom(kernel);
      if (isProbed && room !== null && room < PROBED) {
        const because = `KVM of Linux ${kernel} has room for six ioeventfds, and QEMU ${qemu} uses them only if seven fit`;
        const message = `QEMU silently turns ioeventfd off: ${because}`;
        const problem = { code: 'ioeventfd-silently-unavailable', severity: 'warning', message } as const;
        return { ...base, outcome: 'fails', because, source: `${PROBE}; ${ROOM_SOURCE}`, problem };
      }
      const because = `KVM of Linux ${kernel} turns kicks into eventfds`;
      if (room === null) return { ...base, outcome: 'holds', because };
      const limited = `${because}, up to ${String(room)} on a bus; for one more QEMU ${qemu} ${overflow(qemu)}`;
      return { ...base, outcome: 'holds', because: limited, source: `${base.source}; ${ROOM_SOURCE}` };
    },
  };
}

/** What QEMU does when KVM has no room: since 1.1 (commit 80a1ea3748) its memory listener asks, and ends. */
function overflow(qemu: string): string {
  return compareReleases(qemu, '1.1') < 0
    ? 'handles all notifications of that device itself'
    : 'ends with "error adding ioeventfd"';
}
