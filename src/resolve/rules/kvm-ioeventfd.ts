import { compareReleases } from '../../facts/releases.ts';
import type { Finding, Rule } from '../family.ts';

const X86 = 'Linux virt/kvm/eventfd.c kvm_ioeventfd (first released in 2.6.32: unverified)';
const ARM = 'Linux KVM_CAP_IOEVENTFD on Arm (that 4.1 is the first release with it: unverified)';
const PROBE = 'QEMU accel/kvm/kvm-all.c kvm_check_many_ioeventfds, removed by commit 5d9ec1f4c7';
/** Up to then KVM had room for six devices on a bus. */
const MANY_SINCE = '2.6.34';
/** Since then QEMU does not look whether there is room for seven. */
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
        const because = `Linux ${kernel} offers no ioeventfd on ${isArm ? 'Arm' : 'x86'}; it came with ${since}`;
        return { ...base, outcome: 'fails', because };
      }
      const isProbed = asksForMany && compareReleases(qemu, PROBE_GONE) < 0;
      if (isProbed && compareReleases(kernel, MANY_SINCE) < 0) {
        const because = `Linux ${kernel} has room for six ioeventfds, and QEMU ${qemu} uses them only if seven fit`;
        return { ...base, outcome: 'fails', because, source: PROBE };
      }
      return { ...base, outcome: 'holds', because: `Linux ${kernel} turns kicks into eventfds` };
    },
  };
}
