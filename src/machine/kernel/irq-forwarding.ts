import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { GicCpuInterface, GicLine } from '../hardware/gicv2.ts';
import { KVM_VFIO, MANAGEMENT } from '../parties.ts';
import type { IrqDescriptor } from './genirq.ts';
import type { ForwardableIrq } from './vfio-platform-forwardable.ts';
import type { Vcpu } from './vcpu-state.ts';
import type { VgicIrq } from './vgic.ts';

/** What the forwarding of one line is changed in. */
export interface ForwardingWiring {
  /** The line starts as the other of the two. */
  readonly change: 'assign' | 'deassign';
  /** IRQD_FORWARDED_TO_VCPU and VFIO's handler: the host's half of forwarding. */
  readonly forwarded: Field;
  /** `vgic_irq.hw`: the guest's half. */
  readonly hw: Field;
  /** 1 while the guest is halted. */
  readonly halted: Field;
  readonly cpu: GicCpuInterface;
  readonly gic: GicLine;
  readonly descriptor: IrqDescriptor;
  /** The line in VFIO: masked if the guest has not ended its interrupt yet, or if QEMU said so. */
  readonly vfio: ForwardableIrq;
  readonly irq: VgicIrq;
  readonly vcpu: Vcpu;
  /** A CPU for the thread that makes the change. */
  readonly threadCpu: number;
  /** Whether an interrupt that is active or automasked is refused (-EAGAIN), and so stays on the resampler. */
  readonly refusesActive: boolean;
  /** Whether QEMU masks the line around the change, and so has it refused: as its irqfd set-up of 2.4 did. */
  readonly masksFirst: boolean;
  /** Whether the line has no interrupt on its way. */
  readonly isIdle: (s: State) => boolean;
  /** Whether an interrupt that is active when forwarding ends is deactivated for the guest. */
  readonly clearsActive: boolean;
  /** False leaves out that line and guest are stopped for the change. */
  readonly stops: boolean;
}

const BYPASS = 'Linux drivers/vfio/platform/vfio_platform_irq_bypass.c';
const NEVER_MERGED = '(2017, not merged)';

/**
 * Adds whoever forwards a line while it runs, or ends that, once: KVM_DEV_VFIO_DEVICE_ASSIGN_IRQ or _DEASSIGN_IRQ on
 * the KVM-VFIO device. What the patches of 2014 did behind the ioctl is not known; the order of the steps is that of
 * the later worked-out version: stop the line, halt the guest, change both halves, let go again.
 * Source: document 001; eauger/linux 3b70740f vfio_platform_irq_bypass.c; virt/lib/irqbypass.c `__connect`,
 * `__disconnect`.
 */
export function addForwardingChange(m: ModelBuilder, wiring: ForwardingWiring): void {
  const asked = m.field('forwarding change', { values: ['not asked for', 'asked for'] });
  m.process(
    'operator',
    { kind: 'hardware' },
    procedure(MANAGEMENT, 'operator', {
      'ask-for-change': {
        at: 'management software: assigns or takes back the line',
        cost: 'forwardingChange',
        rest: true,
        when: (s) => s[asked] === 0,
        do: (s) => {
          s[asked] = 1;
        },
      },
    }),
  );
  m.process('management', { kind: 'thread', cpu: wiring.threadCpu }, management(wiring, asked));
}

/** The ioctl, and what QEMU 2.4 puts around it. */
function management(wiring: ForwardingWiring, asked: Field): Procedure {
  const { change, masksFirst, vfio } = wiring;
  const whenAsked: Pick<Step, 'rest' | 'when'> = { rest: true, when: (s) => s[asked] === 1 };
  return procedure<string>(MANAGEMENT, 'forwarding', {
    ...(masksFirst
      ? {
          'mask-first': {
            at: 'QEMU hw/vfio/platform.c vfio_start_irqfd_injection (QEMU 2.4: vfio_mask_single_irqindex first)',
            cost: 'setIrqsIoctl',
            ...whenAsked,
            call: vfio.mask,
          },
        }
      : {}),
    'set-device-attr': {
      at: `document 001: ioctl KVM_DEV_VFIO_DEVICE_${change === 'assign' ? '' : 'DE'}ASSIGN_IRQ on the KVM-VFIO device`,
      cost: 'setIrqsIoctl',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_SET_DEVICE_ATTR'],
      ...(masksFirst ? {} : whenAsked),
      call: changeProcedure(wiring),
    },
    ...(masksFirst
      ? {
          'unmask-after': {
            at: 'QEMU hw/vfio/platform.c vfio_start_irqfd_injection (QEMU 2.4: vfio_unmask_single_irqindex)',
            cost: 'setIrqsIoctl',
            call: vfio.automask.unmask,
          },
        }
      : {}),
    settled: {
      at: 'management software: it has what it asked for, or -EAGAIN',
      rest: true,
      when: () => false,
    },
  });
}

function changeProcedure(wiring: ForwardingWiring): Procedure {
  return procedure<string>(KVM_VFIO, 'kvm_vfio_set_attr', {
    ...(wiring.stops ? stopSteps(wiring) : {}),
    ...(wiring.change === 'assign' ? assignSteps(wiring) : deassignSteps(wiring)),
    ...(wiring.stops ? startSteps(wiring) : {}),
  });
}

/** Stops the producer, then the consumer (`__connect`, `__disconnect`). */
function stopSteps({ cpu, descriptor, halted, irq, vcpu }: ForwardingWiring): Record<string, Step> {
  return {
    'disable-host-irq': {
      at: `${BYPASS} irq_bypass_deoi_stop (disable_irq) ${NEVER_MERGED}`,
      cost: 'irqUnmask',
      emits: ['function:disable_irq'],
      do: (s) => {
        descriptor.disableNosync(s);
      },
    },
    'synchronize-irq': {
      at: 'Linux kernel/irq/manage.c synchronize_irq (waits for a running handler)',
      when: (s) => s[cpu.inHandler] === 0,
    },
    'halt-guest': {
      at: 'Linux arch/arm64/kvm/arm.c kvm_arm_halt_guest (kvm_make_all_cpus_request)',
      cost: 'ipi',
      do: (s) => {
        s[halted] = 1;
        if (vcpu.request(s)) vcpu.sendIpi(s);
      },
    },
    'guest-halted': {
      at: 'Linux virt/kvm/kvm_main.c kvm_make_all_cpus_request (waits until no vCPU is in the guest)',
      when: (s) => s[vcpu.mode] === 0 && s[irq.onLr] === 0,
    },
  };
}

function assignSteps(wiring: ForwardingWiring): Record<string, Step> {
  const { forwarded, hw, gic, vfio, refusesActive, isIdle, stops } = wiring;
  const after = stops ? 'resume-guest' : RETURN;
  return {
    'assign-irq': {
      at: `${BYPASS} irq_bypass_deoi_add_consumer ${NEVER_MERGED}`,
      cost: 'irqUnmask',
      marks: [
        (s) => {
          if (s[forwarded] === 1) return 'forward-assigned';
          return isIdle(s) ? 'needless-refusal' : 'forward-refused';
        },
      ],
      do: (s) => {
        if (refusesActive && (s[gic.active] === 1 || s[vfio.automask.masked] === 1)) return after;
        s[forwarded] = 1;
        return undefined;
      },
    },
    'map-irq': {
      at: 'Linux arch/arm64/kvm/vgic/vgic.c kvm_vgic_map_phys_irq',
      cost: 'vgicInject',
      do: (s) => {
        s[hw] = 1;
        return after;
      },
    },
  };
}

function deassignSteps({ forwarded, hw, cpu, gic, clearsActive }: ForwardingWiring): Record<string, Step> {
  return {
    'unmap-irq': {
      at: 'Linux arch/arm64/kvm/vgic/vgic.c kvm_vgic_unmap_phys_irq',
      cost: 'vgicInject',
      do: (s) => {
        s[hw] = 0;
      },
    },
    ...(clearsActive
      ? {
          'clear-active': {
            at: `${cpu.version.driver} gic_irq_set_irqchip_state (GICD_ICACTIVER: nobody else will deactivate it)`,
            cost: 'gicAccess',
            do: (s: State) => {
              s[gic.active] = 0;
            },
          },
        }
      : {}),
    'deassign-irq': {
      at: `${BYPASS} irq_bypass_deoi_del_consumer ${NEVER_MERGED}`,
      cost: 'irqUnmask',
      marks: ['forward-deassigned'],
      do: (s) => {
        s[forwarded] = 0;
      },
    },
  };
}

/** Starts the consumer, then the producer. */
function startSteps({ descriptor, halted }: ForwardingWiring): Record<string, Step> {
  return {
    'resume-guest': {
      at: 'Linux arch/arm64/kvm/arm.c kvm_arm_resume_guest',
      cost: 'vcpuKick',
      do: (s) => {
        s[halted] = 0;
      },
    },
    'enable-host-irq': {
      at: `${BYPASS} irq_bypass_deoi_start (enable_irq) ${NEVER_MERGED}`,
      cost: 'irqUnmask',
      emits: [...descriptor.enableTracepoints],
      do: (s) => {
        descriptor.enable(s);
      },
    },
  };
}
