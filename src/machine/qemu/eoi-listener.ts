import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { Eventfd } from '../kernel/eventfd.ts';
import { KVM, MAIN_LOOP } from '../parties.ts';

const WHAT_IF = 'what-if, not in any release:';

/** What QEMU and KVM would be wired to if QEMU heard of the guest's end of interrupt. */
export interface EoiListenerWiring {
  readonly suffix: string;
  readonly trigger: Eventfd;
  /** Signalled by KVM at the end of the interrupt. */
  readonly eoi: Eventfd;
  readonly signalEoi: Procedure;
  /** `KVM_IRQ_LINE` with level 1 and 0, from QEMU. */
  readonly raiseLine: Procedure;
  readonly lowerLine: Procedure;
  /** The line lowered by KVM itself before it signals; null leaves it to QEMU. */
  readonly lowerInKernel: Procedure | null;
  readonly unmask: Procedure;
}

/** Handlers that nobody has written: document 000's question made runnable. */
export interface EoiListener {
  /** Run by KVM while it folds the list registers. */
  readonly acked: Procedure;
  /** QEMU's handler of the device's eventfd: it only injects. */
  readonly interrupt: Procedure;
  /** QEMU's handler of the end of the interrupt: it unmasks. */
  readonly end: Procedure;
}

/**
 * Unmask at the end of the interrupt although QEMU injects. It needs a notification of every end of interrupt from
 * KVM to userspace, which KVM does not offer for Arm; and if KVM does not lower the line before it notifies, the
 * guest takes the interrupt again until QEMU has.
 */
export function eoiListener(wiring: EoiListenerWiring): EoiListener {
  const { suffix, trigger, eoi } = wiring;
  const { lowerInKernel } = wiring;
  const acked: Record<string, Step> = {
    ...(lowerInKernel
      ? { [`deassert-at-eoi${suffix}`]: { at: `${WHAT_IF} KVM lowers the line`, call: lowerInKernel } }
      : {}),
    [`notify-qemu${suffix}`]: { at: `${WHAT_IF} KVM signals QEMU's eventfd`, call: wiring.signalEoi },
  };
  const end: Record<string, Step> = {
    [`read-eoi-eventfd${suffix}`]: {
      at: `${WHAT_IF} QEMU hears of the end of the interrupt`,
      cost: 'eventfdRead',
      emits: ['function:eventfd_read'],
      do: (s) => {
        s[eoi.count] = 0;
      },
    },
    ...(lowerInKernel
      ? {}
      : {
          [`lower-at-eoi${suffix}`]: {
            at: `${WHAT_IF} QEMU lowers the line`,
            cost: 'deviceModel',
            call: wiring.lowerLine,
          },
        }),
    [`unmask-at-eoi${suffix}`]: {
      at: `${WHAT_IF} QEMU unmasks (VFIO_DEVICE_SET_IRQS)`,
      cost: 'setIrqsIoctl',
      emits: [
        'syscalls:sys_enter_ioctl cmd=VFIO_DEVICE_SET_IRQS flags=0x11',
        'function:vfio_platform_set_irqs_ioctl',
      ],
      call: wiring.unmask,
    },
    [`eoi-handled${suffix}`]: { at: `${WHAT_IF} QEMU's handler returns`, do: () => RETURN },
  };
  return {
    acked: procedure(KVM, `eoi_notifier${suffix}`, acked),
    interrupt: procedure<string>(MAIN_LOOP, `inject_only${suffix}`, {
      [`read-eventfd${suffix}`]: {
        at: 'QEMU hw/vfio/platform.c vfio_intp_interrupt (event_notifier_test_and_clear)',
        cost: 'eventfdRead',
        emits: ['function:eventfd_read'],
        do: (s) => {
          s[trigger.count] = 0;
        },
      },
      [`set-irq${suffix}`]: {
        at: 'QEMU hw/intc/arm_gic_kvm.c kvm_arm_gic_set_irq (level 1)',
        call: wiring.raiseLine,
      },
      [`injected${suffix}`]: { at: `${WHAT_IF} QEMU's handler returns`, do: () => RETURN },
    }),
    end: procedure(MAIN_LOOP, `eoi_handler${suffix}`, end),
  };
}
