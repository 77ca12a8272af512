import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import { virtioGuest } from '../machine/guest/virtio-guest.ts';
import { VP_NOTIFY_AT } from '../machine/guest/virtio-pci-isr.ts';
import type { StatusDriver } from '../machine/guest/virtio-status-driver.ts';
import { addAndKick } from '../machine/guest/virtqueue-driver.ts';
import { driverCpu } from './virtio-interrupt.ts';
import type { GuestInterrupt } from './virtio-interrupt.ts';
import type { VirtioMachine } from './virtio-machine.ts';
import { guestNameOf, vcpuThreadOf } from './virtio-vcpu.ts';

/** Adds the guest that runs on the vCPU of this machine. */
export function addDiskGuest(
  machine: VirtioMachine,
  interrupt: GuestInterrupt,
  {
    task,
    status,
    countedFor,
  }: {
    readonly task?: GuestTask | undefined;
    readonly status?: StatusDriver | null | undefined;
    /** What its notifications are counted for besides. */
    readonly countedFor?: string;
  },
): void {
  const { m, vcpu, application, driver } = machine;
  m.process(
    guestNameOf(vcpu),
    { kind: 'guest', vcpuThread: vcpuThreadOf(vcpu), inGuest: vcpu.inGuest },
    virtioGuest({
      vcpu,
      delivery: interrupt.delivery,
      load: machine.load,
      isReal: machine.isReal,
      application,
      submitAt: driver.submitAt,
      submit: addAndKick({
        queue: machine.queue,
        cpu: driverCpu(machine, interrupt.delivery),
        notifyAt: VP_NOTIFY_AT,
        interrupt: interrupt.procedure,
        submitAt: driver.submitAt,
        submitted: (s) => {
          s[application.wanted] = 0;
        },
        ...(countedFor === undefined ? {} : { countedFor }),
      }),
      interrupt: interrupt.procedure,
      ...(task ? { task } : {}),
      ...(status ? { status } : {}),
    }),
  );
}
