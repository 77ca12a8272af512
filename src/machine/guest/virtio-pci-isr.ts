import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VIRTIO_DRIVER } from '../parties.ts';
import type { IsrRegister } from '../qemu/virtio-pci-intx.ts';
import { accessStep, resumeAfterAccess } from './driver-cpu.ts';
import type { DriverCpu } from './driver-cpu.ts';

const FILE = 'Linux drivers/virtio/virtio_pci_common.c';

/** The function that notifies the device. */
export const VP_NOTIFY_AT = `${FILE} vp_notify`;

/** The register of the device that says why it raised its line; reading clears it. */
export const ISR_READ = 2;

/** What the handler of a device's line is wired to. */
export interface IsrWiring {
  readonly cpu: DriverCpu;
  readonly isr: IsrRegister;
  /** What looks through the device's queues. */
  readonly vringInterrupt: Procedure;
  /** What a line that was raised for nothing is counted as. */
  readonly emptyMark: string;
}

/**
 * The handler of a virtio device's line: it reads the device's ISR register, always through QEMU, and looks at the queue
 * if that says so. Source: Linux drivers/virtio/virtio_pci_common.c `vp_interrupt`, `vp_vring_interrupt` (6.12);
 * trace X1-blk-vectors0-intx.
 */
export function vpInterrupt(wiring: IsrWiring): Procedure {
  const { cpu, isr } = wiring;
  return procedure<string>(VIRTIO_DRIVER, 'vp_interrupt', {
    'read-isr': accessStep(cpu, ISR_READ, `${FILE} vp_interrupt (ioread8 of the ISR register)`),
    'test-isr': {
      at: `${FILE} vp_interrupt`,
      do: (s) => {
        resumeAfterAccess(s, cpu);
        const found = s[isr.value];
        s[isr.value] = 0;
        return found === 0 ? 'not-our-interrupt' : undefined;
      },
      call: wiring.vringInterrupt,
    },
    'queues-done': { at: `${FILE} vp_vring_interrupt (every queue looked at)`, do: () => RETURN },
    'not-our-interrupt': { at: `${FILE} vp_interrupt (returns IRQ_NONE)`, marks: [wiring.emptyMark] },
  });
}
