import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { AHCI_DRIVER } from '../parties.ts';
import { AHCI_IRQ_STAT_READ, AHCI_IRQ_STAT_WRITE } from '../qemu/ahci.ts';
import { mmio } from './x86-end-interrupt.ts';

const FILE = 'Linux drivers/ata/libahci.c';

/**
 * The interrupt handler of an AHCI controller that QEMU emulates: reads which port interrupts and clears it, each an
 * exit to QEMU. The registers of the port are left out. `handled` is set when it has found anything.
 * Source: Linux drivers/ata/libahci.c `ahci_single_level_irq_intr` (6.12).
 */
export function ahciIntr(vcpu: X86Vcpu, statusRead: Field, handled: Field): Procedure {
  const at = `${FILE} ahci_single_level_irq_intr`;
  return procedure<string>(AHCI_DRIVER, 'ahci_single_level_irq_intr', {
    ...mmio(vcpu, 'read-irq-stat', AHCI_IRQ_STAT_READ, `${at} (readl HOST_IRQ_STAT)`),
    'test-irq-stat': {
      at,
      do: (s: State) => {
        if (s[statusRead] === 0) return RETURN;
        s[statusRead] = 0;
        s[handled] = 1;
        return undefined;
      },
    },
    ...mmio(vcpu, 'write-irq-stat', AHCI_IRQ_STAT_WRITE, `${at} (writel HOST_IRQ_STAT)`),
  });
}
