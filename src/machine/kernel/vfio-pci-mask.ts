import { procedure } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PCI } from '../parties.ts';
import type { VfioPciIntx, VfioPciIntxWiring } from './vfio-pci-intx.ts';

/**
 * The mask of ioctl(VFIO_DEVICE_SET_IRQS), under `vdev->irqlock`.
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c `vfio_pci_intx_mask` (6.12).
 */
export function maskByIoctl(
  { device, descriptor }: Pick<VfioPciIntxWiring, 'device' | 'descriptor'>,
  { masked }: VfioPciIntx,
): Procedure {
  return procedure(VFIO_PCI, 'vfio_pci_intx_mask', {
    'mask-by-ioctl': {
      at: `Linux drivers/vfio/pci/vfio_pci_intrs.c vfio_pci_intx_mask (${descriptor === null ? 'pci_intx' : 'disable_irq_nosync'})`,
      cost: descriptor === null ? 'maskIntx' : 'irqHandler',
      do: (s) => {
        if (s[masked] === 1) return;
        s[masked] = 1;
        if (descriptor !== null) descriptor.disableNosync(s);
        else if (device.intxDisable !== null) s[device.intxDisable] = 1;
      },
    },
  });
}
