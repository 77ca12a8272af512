import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { MAIN_LOOP } from '../parties.ts';
import type { MsixTable } from './msix-table.ts';

/** What QEMU's handler of a message is wired to. */
export interface VfioMsiWiring {
  readonly trigger: Eventfd;
  readonly bdf: string;
  /** Whether the message is of MSI-X or of MSI, for the function's name. */
  readonly capability: 'msi' | 'msix';
  /** ioctl(KVM_SIGNAL_MSI), or what a frame that QEMU emulates makes of a message. */
  readonly send: Procedure;
  /** The function that QEMU hands the message to; that of a local APIC if left out. */
  readonly sendAt?: string;
  /** The table that the guest sees, where it is ever written; a masked vector stays pending in it. */
  readonly table?: MsixTable;
}

/**
 * The main loop's handler of a vector's eventfd. Source: QEMU hw/vfio/pci.c `vfio_msi_interrupt`, hw/pci/msix.c
 * `msix_notify`, hw/i386/kvm/apic.c `kvm_send_msi` (7.2); trace X4g.
 */
export function vfioMsiInterrupt(wiring: VfioMsiWiring): Procedure {
  const { trigger, bdf, capability, send, table, sendAt = 'kvm_send_msi' } = wiring;
  return procedure<string>(MAIN_LOOP, 'vfio_msi_interrupt', {
    'read-eventfd': {
      at: 'QEMU hw/vfio/pci.c vfio_msi_interrupt (event_notifier_test_and_clear)',
      cost: 'eventfdRead',
      emits: [
        'syscalls:sys_enter_read',
        'function:eventfd_read',
        `qemu:vfio_msi_interrupt (${bdf}) vector 0`,
      ],
      do: (s) => {
        s[trigger.count] = 0;
      },
    },
    'notify-message': {
      at: `QEMU hw/pci/${capability}.c ${capability}_notify (msi_send_message, ${sendAt})`,
      cost: 'deviceModel',
      ...(table
        ? {
            do: (s: State) => {
              if (s[table.masked] === 0) return undefined;
              s[table.pending] = 1;
              return RETURN;
            },
          }
        : {}),
      call: send,
    },
  });
}
