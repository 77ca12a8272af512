import type { State } from '../engine/state.ts';
import type { TrappingVcpu } from '../machine/guest/mmio-access.ts';
import { ACK_WRITE } from '../machine/guest/virtio-mmio-driver.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { STATUS_WRITE } from '../machine/guest/virtio-status-driver.ts';
import { isVectorControl } from '../machine/qemu/virtio-pci-vector.ts';
import type { TracedAccess } from '../machine/kernel/kvm-io-bus.ts';

/** One register of the device: where it is, and how many bytes an access has. */
interface Register {
  readonly address: number;
  readonly size: number;
}

/** The registers that a driver accesses while it runs; of a line, what says and what ends its reason. */
export interface VirtioRegisters {
  readonly notify: Register;
  readonly isr: Register;
  readonly acknowledge?: Register;
  /** Vector control of the queue's entry in the MSI-X table. */
  readonly vectorControl?: Register;
  /** The status of the device, where that is written while it runs. */
  readonly status?: Register;
  /** Whether the ISR register is read at a port. */
  readonly isPort?: true;
}

/** Where q35 and its firmware put them in traces X1. */
export const X86_REGISTERS = {
  modern: {
    notify: { address: 0xfebf_b000, size: 2 },
    isr: { address: 0xfebf_9000, size: 1 },
    vectorControl: { address: 0xfebf_e01c, size: 4 },
    status: { address: 0xfebf_8014, size: 1 },
  },
  legacy: {
    notify: { address: 0xc010, size: 2 },
    isr: { address: 0xc013, size: 1 },
    status: { address: 0xc012, size: 1 },
    isPort: true,
  },
  // BAR 2, whose first port is the notification register of every queue.
  'modern-pio': {
    notify: { address: 0xc040, size: 2 },
    isr: { address: 0xfebf_9000, size: 1 },
    vectorControl: { address: 0xfebf_e01c, size: 4 },
    status: { address: 0xfebf_8014, size: 1 },
  },
} as const;

/** Those of a device on x86; a modern one has a notification register for each queue. */
export function x86Registers(transport: keyof typeof X86_REGISTERS, queueIndex: number): VirtioRegisters {
  const registers = X86_REGISTERS[transport];
  return transport === 'modern' ? ofQueue(registers, queueIndex) : registers;
}

/** The same on Arm, where virtio-mmio has one register for all queues. */
export function armRegisters(transport: keyof typeof ARM_REGISTERS, queueIndex: number): VirtioRegisters {
  const registers = ARM_REGISTERS[transport];
  return transport === 'modern' ? ofQueue(registers, queueIndex) : registers;
}

function ofQueue(registers: VirtioRegisters, queueIndex: number): VirtioRegisters {
  const { notify, vectorControl } = registers;
  const entry = vectorControl && { ...vectorControl, address: vectorControl.address + 16 * queueIndex };
  return {
    ...registers,
    notify: { ...notify, address: notify.address + 4 * queueIndex },
    ...(entry ? { vectorControl: entry } : {}),
  };
}

/** Where QEMU's virt machine and a Linux guest put them in traces A1. */
export const ARM_REGISTERS = {
  modern: { notify: { address: 0x80_0000_3000, size: 2 }, isr: { address: 0x80_0000_1000, size: 1 } },
  mmio: {
    notify: { address: 0xa00_3e50, size: 4 },
    isr: { address: 0xa00_3e60, size: 4 },
    acknowledge: { address: 0xa00_3e64, size: 4 },
  },
} as const;

/** The device's registers as trace points print accesses to them. */
export function tracedRegisters(
  { notify, isr, acknowledge = notify, vectorControl = notify, status, isPort }: VirtioRegisters,
  { mmioRegister }: TrappingVcpu,
): TracedAccess {
  const isRead = (s: State): boolean => s[mmioRegister] === ISR_READ;
  const register = (s: State): Register => {
    if (isRead(s)) return isr;
    if (isVectorControl(s, mmioRegister)) return vectorControl;
    if (status !== undefined && s[mmioRegister] === STATUS_WRITE) return status;
    return s[mmioRegister] === ACK_WRITE ? acknowledge : notify;
  };
  const at = `0x${isr.address.toString(16)}`;
  const done =
    isPort === true
      ? `kvm:kvm_pio pio_read at ${at} size 1 count 1`
      : `kvm:kvm_mmio mmio read len ${String(isr.size)} gpa ${at}`;
  return {
    address: (s) => register(s).address,
    isRead,
    size: (s) => register(s).size,
    readDone: () => done,
  };
}
