import type { Step } from '../../engine/step.ts';
import { IOREGSEL_WRITE, IOWIN_WRITE_DESTINATION } from '../kernel/ioapic-mmio.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { mmio } from './x86-end-interrupt.ts';

/**
 * A guest that sends its interrupt to the other vCPU from within the handler, before it ends the one in service, by
 * writing the upper half of the redirection entry alone. Linux does not: it waits for the end of the interrupt, with the
 * pin masked (`ioapic_finish_move`).
 * Source: Linux 0fc5a36dd6b3, whose message describes such a guest and does not name it.
 */
export function moveInHandler(vcpu: X86Vcpu): Record<string, Step> {
  const at =
    'a guest that rewrites its redirection entry in its handler (Linux 0fc5a36dd6b3, commit message)';
  return {
    ...mmio(vcpu, 'select-rte-to-move', IOREGSEL_WRITE, `${at}: IOREGSEL`),
    ...mmio(vcpu, 'write-rte-destination', IOWIN_WRITE_DESTINATION, `${at}: IOWIN, upper half`),
  };
}
