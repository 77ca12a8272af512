import { x86DriverCpu } from '../machine/guest/driver-cpu.ts';
import { receivingGuest } from '../machine/guest/receiving-guest.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { memoryBusExits, portBusExits } from '../machine/kernel/kvm-io-bus.ts';
import { EXIT_PAGE_FAULT } from '../machine/kernel/x86-vcpu.ts';
import { emulatingVcpuThread } from '../machine/qemu/emulating-vcpu-thread.ts';
import type { EmulatedInterrupt } from './emulated-interrupt.ts';
import type { X86EmulatedMachine } from './emulated-machine.ts';
import type { EmulatedSide } from './emulated-side.ts';

/** The guest of an emulated device and its vCPU on x86, with an interrupt that comes in this way. */
export function x86Side(machine: X86EmulatedMachine, interrupt: EmulatedInterrupt): EmulatedSide {
  const { vcpu, load } = machine;
  const { delivery } = interrupt;
  const guest = { vcpu, load, delivery };
  return {
    cpu: x86DriverCpu(vcpu, EXIT_PAGE_FAULT, delivery),
    isAtRest: interrupt.isAtRest,
    addVcpu: (device) => {
      addVcpu(machine, interrupt, device);
    },
    withProgram: ({ submit, ...program }, handler) => {
      const procedure = interrupt.around(handler);
      return virtioGuest({
        ...program,
        ...guest,
        isReal: false,
        submit: submit(procedure),
        interrupt: procedure,
      });
    },
    receiving: (handler, softirq) =>
      receivingGuest({ ...guest, interrupt: interrupt.around(handler), softirq }),
  };
}

function addVcpu(
  { m, vcpu, names, vcpuCpu, lock }: X86EmulatedMachine,
  interrupt: EmulatedInterrupt,
  { bus, traced, doorbell, access }: Parameters<EmulatedSide['addVcpu']>[0],
): void {
  const { otherExits } = interrupt.vcpuThread;
  const reachesQemu = access.read !== null || access.write !== null || otherExits !== undefined;
  const wiring = { vcpu, names, access: traced, doorbell, reachesQemu, loop: interrupt.loop };
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: vcpuCpu },
    emulatingVcpuThread({
      run: interrupt.run({
        vcpu,
        names,
        slot: null,
        access: traced,
        accessExits: bus === 'memory' ? memoryBusExits(wiring) : portBusExits(wiring),
        // The interrupts of the host's own devices are not modelled.
        physicalIrq: () => false,
        needResched: null,
      }),
      bql: lock,
      exitReason: bus === 'memory' ? 6 : 2,
      access,
      ...interrupt.vcpuThread,
    }),
  );
}
