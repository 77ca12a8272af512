import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import type { IsrRegister } from '../qemu/virtio-pci-intx.ts';
import { accessStep, resumeAfterAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';
import { ISR_READ } from './virtio-pci-isr.ts';

const FILE = 'Linux drivers/virtio/virtio_mmio.c';

/** The function that notifies the device. */
export const VM_NOTIFY_AT = `${FILE} vm_notify (writes QueueNotify)`;

/** The register of the device in which the driver gives back what it has read of InterruptStatus. */
export const ACK_WRITE = 3;

/** What the handler of the device's interrupt is wired to. */
export interface VmInterruptWiring {
  readonly cpu: DriverCpu;
  readonly isr: IsrRegister;
  /** What looks through the device's queues. */
  readonly vringInterrupt: Procedure;
  /** What an interrupt that was raised for nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler of a device on virtio-mmio: it reads InterruptStatus and writes what it has read to InterruptACK, both
 * through QEMU, and then looks at the queue if there was anything.
 * Source: Linux drivers/virtio/virtio_mmio.c `vm_interrupt` (6.12); traces A1-gicv2-blk-mmio-ioeventfd-on and -off.
 */
export function vmInterrupt(wiring: VmInterruptWiring): Procedure {
  const { cpu, isr } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'vm_interrupt', {
    'read-interrupt-status': accessStep(cpu, ISR_READ, `${FILE} vm_interrupt (readl of InterruptStatus)`),
    'write-interrupt-ack': accessStep(cpu, ACK_WRITE, `${FILE} vm_interrupt (writel to InterruptACK)`),
    'test-status': {
      at: `${FILE} vm_interrupt (VIRTIO_MMIO_INT_VRING)`,
      do: (s) => {
        resumeAfterAccess(s, cpu);
        const found = s[isr.value];
        s[isr.value] = 0;
        return found === 0 ? 'not-our-interrupt' : undefined;
      },
      call: wiring.vringInterrupt,
    },
    'queues-done': { at: `${FILE} vm_interrupt (every queue looked at)`, do: () => RETURN },
    'not-our-interrupt': { at: `${FILE} vm_interrupt (returns IRQ_NONE)`, marks: [wiring.emptyMark] },
  });
}
