import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { TrappingVcpu } from '../guest/mmio-access.ts';
import { PL011 } from '../parties.ts';

const FILE = 'QEMU hw/char/pl011.c';

/** Accesses to the registers of a PL011, by the numbers that they trap with: first the writes, then the reads. */
export const DR_WRITE = 1;
export const IMSC_WRITE = 2;
export const ICR_WRITE = 3;
export const FR_READ = 4;
export const DR_READ = 5;
export const RIS_READ = 6;

/** Where the virt machine has its first UART. */
const BASE = 0x900_0000;
const OFFSETS: Readonly<Record<number, number>> = {
  [DR_WRITE]: 0x0,
  [IMSC_WRITE]: 0x38,
  [ICR_WRITE]: 0x44,
  [FR_READ]: 0x18,
  [DR_READ]: 0x0,
  [RIS_READ]: 0x3c,
};

/** Guest physical address that an access is to. */
export function pl011Address(register: number): number {
  return BASE + (OFFSETS[register] ?? 0);
}

/** What the UART is wired to: the ioctls that its line ends in. */
export interface Pl011Wiring {
  readonly vcpu: Pick<TrappingVcpu, 'mmioRegister'>;
  readonly raiseIrq: Procedure;
  readonly lowerIrq: Procedure;
}

/**
 * The line is set whether it changes or not; `raise` is null if it never is high.
 * Source: QEMU hw/char/pl011.c `pl011_update` (7.2); traces A1.
 */
export function pl011Update(
  lower: Procedure,
  raise: Procedure | null,
  isUp: (s: State) => boolean,
): Procedure {
  if (raise === null) {
    return procedure(PL011, 'pl011_update', {
      'update-irq': { at: `${FILE} pl011_update (qemu_set_irq: 0)`, call: lower },
    });
  }
  return procedure<string>(PL011, 'pl011_update', {
    'update-irq': {
      at: `${FILE} pl011_update (qemu_set_irq)`,
      do: (s) => (isUp(s) ? undefined : 'update-irq-low'),
      call: raise,
    },
    'irq-raised': { at: `${FILE} pl011_update`, do: () => RETURN, local: true },
    'update-irq-low': { at: `${FILE} pl011_update (qemu_set_irq: 0)`, call: lower },
  });
}
