import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { MsixEntry } from '../hardware/msix-entry.ts';
import { VFIO_PCI } from '../parties.ts';
import type { SignalledEventfd } from './eventfd.ts';

const FILE = 'Linux drivers/vfio/pci/vfio_pci_intrs.c';

export const TRIGGER_KVM = 0;
export const TRIGGER_QEMU = 1;

/** Which eventfd VFIO signals for a vector, as ioctl(VFIO_DEVICE_SET_IRQS) changes it. */
export interface VfioMsiTrigger {
  readonly handler: Procedure;
  /** `vfio_msi_set_vector_signal` for one eventfd or the other. */
  readonly setSignal: (target: typeof TRIGGER_KVM | typeof TRIGGER_QEMU) => Procedure;
  /** Frees all vectors and switches MSI-X off; allocates them and switches it on again (`vfio_msi_disable`, `_enable`). */
  readonly disable: Procedure;
  readonly enable: Procedure;
}

/** What the vector's trigger is wired to. */
export interface VfioMsiTriggerWiring {
  readonly entry: MsixEntry;
  readonly message: Field;
  /** IRQD_IRQ_INPROGRESS of the host's interrupt. */
  readonly inProgress: Field;
  readonly kvm: SignalledEventfd;
  readonly qemu: SignalledEventfd;
}

/**
 * Adds the trigger. Freeing the interrupt masks the entry first and waits for the handler, so that what comes meanwhile
 * stays pending in the function. That a message which has reached the CPU is taken before its vector is given up is
 * an assumption. Source: Linux drivers/vfio/pci/vfio_pci_intrs.c `vfio_msi_set_vector_signal`, kernel/irq/manage.c
 * `__free_irq`, drivers/pci/msi/msi.c (6.12).
 */
export function vfioMsiTrigger(m: ModelBuilder, wiring: VfioMsiTriggerWiring): VfioMsiTrigger {
  const { entry, message, inProgress, kvm, qemu } = wiring;
  const trigger = m.field('vfio trigger', { values: ['KVM', 'QEMU'], notable: true });
  const isQuiet = (s: State): boolean => s[message] === 0 && s[inProgress] === 0;
  const freeIrq = (what: string): Step<never> => ({
    at: `${FILE} ${what} (free_irq: masks the entry)`,
    cost: 'irqUnmask',
    do: (s) => {
      entry.mask(s);
    },
  });
  return {
    handler: procedure<string>(VFIO_PCI, 'vfio_msihandler', {
      'signal-message': {
        at: `${FILE} vfio_msihandler`,
        cost: 'irqHandler',
        emits: ['function:vfio_msihandler'],
        do: (s) => (s[trigger] === TRIGGER_KVM ? undefined : 'signal-masked'),
        call: kvm.signal,
      },
      signalled: { at: 'Linux kernel/irq/handle.c __handle_irq_event_percpu', do: () => RETURN },
      'signal-masked': { at: `${FILE} vfio_msihandler (QEMU's eventfd)`, call: qemu.signal },
    }),
    setSignal: (target) => {
      const to = target === TRIGGER_KVM ? 'kvm' : 'qemu';
      return procedure<string>(VFIO_PCI, `vfio_msi_set_vector_signal(${to})`, {
        [`free-irq-for-${to}`]: freeIrq('vfio_msi_set_vector_signal'),
        [`request-irq-for-${to}`]: {
          at: `${FILE} vfio_msi_set_vector_signal (synchronize_irq, request_irq: unmasks the entry)`,
          cost: 'irqUnmask',
          when: isQuiet,
          do: (s): undefined => {
            s[trigger] = target;
            entry.unmask(s);
          },
        },
      });
    },
    disable: procedure(VFIO_PCI, 'vfio_msi_disable', {
      'free-irqs': freeIrq('vfio_msi_disable'),
      'disable-msix': {
        at: `${FILE} vfio_msi_disable (pci_free_irq_vectors: MSI-X enable bit off)`,
        cost: 'maskIntx',
        when: isQuiet,
        do: (s) => {
          entry.disable(s);
        },
      },
    }),
    enable: procedure(VFIO_PCI, 'vfio_msi_enable', {
      'enable-msix': {
        at: `${FILE} vfio_msi_enable (pci_alloc_irq_vectors, request_irq for every vector)`,
        cost: 'maskIntx',
        do: (s) => {
          entry.enable(s);
        },
      },
    }),
  };
}
