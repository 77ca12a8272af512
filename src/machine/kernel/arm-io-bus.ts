import type { Step } from '../../engine/step.ts';
import { EXIT_TO_QEMU, hex } from './guest-abort.ts';
import type { Doorbell, TracedAccess } from './kvm-io-bus.ts';
import { MMIO_NEEDED } from './vcpu-state.ts';
import type { Vcpu } from './vcpu-state.ts';

const PAGE_BYTES = 4096;

/** What accesses to an emulated device meet in KVM on Arm. */
export interface ArmIoBusWiring {
  readonly vcpu: Vcpu;
  readonly access: TracedAccess;
  /** What is on the bus; null if nothing is. */
  readonly doorbell: Doorbell | null;
  /** Whether the device has registers for which KVM_RUN returns to QEMU. */
  readonly reachesQemu: boolean;
}

/**
 * What follows the data abort of an access to a device that QEMU emulates. The syndrome of the exception says what is
 * written where: no instruction is decoded, and there is one bus, with no faster one beside it.
 * Source: Linux arch/arm64/kvm/mmu.c `kvm_handle_guest_abort`, mmio.c `io_mem_abort`, `kvm_handle_mmio_return`,
 * virt/kvm/kvm_main.c `kvm_io_bus_write` (6.12); traces A1.
 */
export function armBusExits(wiring: ArmIoBusWiring): Record<string, Step> {
  const { vcpu, access, doorbell, reachesQemu } = wiring;
  const { address, isRead, size } = access;
  return {
    'guest-abort': {
      at: 'Linux arch/arm64/kvm/mmu.c kvm_handle_guest_abort',
      cost: 'abortDecode',
      emits: [
        'function:kvm_handle_guest_abort',
        (s) => `kvm:kvm_guest_fault ipa ${hex(address(s) - (address(s) % PAGE_BYTES))}`,
      ],
    },
    'io-mem-abort': {
      at: 'Linux arch/arm64/kvm/mmio.c io_mem_abort',
      local: true,
      emits: [
        'function:io_mem_abort',
        (s) =>
          `kvm:kvm_mmio mmio ${isRead(s) ? 'unsatisfied-read' : 'write'} len ${String(size(s))} gpa ${hex(address(s))}`,
      ],
      do: (s) => {
        if (doorbell?.isRung(s) === true) return undefined;
        s[vcpu.mmio] = MMIO_NEEDED;
        return 'exit-to-qemu';
      },
    },
    ...(doorbell === null
      ? {}
      : {
          'bus-write': {
            at: 'Linux virt/kvm/kvm_main.c kvm_io_bus_write (KVM_MMIO_BUS)',
            cost: 'ioBus',
            call: doorbell.write,
          },
          'mmio-return': {
            at: 'Linux arch/arm64/kvm/mmio.c kvm_handle_mmio_return (io_mem_abort)',
            emits: ['function:kvm_handle_mmio_return'],
            do: (): string => 'check-requests',
          },
        }),
    ...(reachesQemu ? { 'exit-to-qemu': EXIT_TO_QEMU } : {}),
  };
}
