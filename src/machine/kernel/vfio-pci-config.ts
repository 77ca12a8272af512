import { procedure } from '../../engine/step.ts';
import type { Field } from '../../engine/state.ts';
import type { Procedure } from '../../engine/step.ts';
import { VFIO_PCI } from '../parties.ts';

const FILE = 'Linux drivers/vfio/pci/vfio_pci_config.c';

/** A write to the function's COMMAND register by way of VFIO, with INTX_DISABLE set and cleared. */
export interface CommandWrites {
  readonly disable: Procedure;
  readonly enable: Procedure;
}

/**
 * What VFIO does with INTX_DISABLE, which it only emulates: a mask of the guest's own beside that of every interrupt. A
 * function that is masked for both reasons is unmasked only when neither is left.
 * Source: Linux drivers/vfio/pci/vfio_pci_config.c `vfio_basic_config_write` (6.12).
 */
export function commandWrites(wiring: {
  /** `vfio_pci_core_device.virq_disabled`. */
  readonly virqDisabled: Field;
  /** `vfio_pci_intx_mask`, `vfio_pci_intx_unmask`. */
  readonly mask: Procedure;
  readonly unmask: Procedure;
}): CommandWrites {
  const { virqDisabled, mask, unmask } = wiring;
  const at = (what: string): string => `${FILE} vfio_basic_config_write (${what})`;
  return {
    disable: procedure(VFIO_PCI, 'vfio_basic_config_write(DisINTx)', {
      'set-virq-disabled': {
        at: at('virq_disabled = true; vfio_pci_intx_mask'),
        emits: ['function:vfio_pci_intx_mask'],
        do: (s) => {
          s[virqDisabled] = 1;
        },
        call: mask,
      },
    }),
    enable: procedure(VFIO_PCI, 'vfio_basic_config_write(no DisINTx)', {
      'clear-virq-disabled': {
        at: at('virq_disabled = false; vfio_pci_intx_unmask'),
        emits: ['function:vfio_pci_intx_unmask'],
        do: (s) => {
          s[virqDisabled] = 0;
        },
        call: unmask,
      },
    }),
  };
}
