import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { GicCpuInterface, GicLine } from '../hardware/gicv2.ts';
import { KVM_VFIO, MANAGEMENT } from '../parties.ts';
import type { IrqDescriptor } from './genirq.ts';
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
  /** Whether VFIO has masked the line, because the guest has not ended its interrupt yet. */
  readonly masked: Field;
  readonly irq: VgicIrq;
  readonly vcpu: Vcpu;
  /** A CPU for the thread that makes the change. */
  readonly threadCpu: number;
  /** Whether an interrupt that is active or automasked is refused (-EAGAIN), and so stays on the resampler. */
  readonly refusesActive: boolean;
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
  m.process('management', { kind: 'thread', cpu: wiring.threadCpu }, changeProcedure(wiring, asked));
}

function changeProcedure(wiring: ForwardingWiring, asked: Field): Procedure {
  const assigns = wiring.change === 'assign';
  return procedure<string>(KVM_VFIO, 'kvm_vfio_set_attr', {
    'set-device-attr': {
      at: `Linux virt/kvm/vfio.c kvm_vfio_set_attr (KVM_DEV_VFIO_DEVICE_${assigns ? '' : 'DE'}ASSIGN_IRQ: document 001)`,
      cost: 'setIrqsIoctl',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_SET_DEVICE_ATTR'],
      rest: true,
      when: (s) => s[asked] === 1,
    },
    ...(wiring.stops ? stopSteps(wiring) : {}),
    ...(assigns ? assignSteps(wiring) : deassignSteps(wiring)),
    ...(wiring.stops ? startSteps(wiring) : {}),
    settled: {
      at: 'Linux virt/kvm/vfio.c kvm_vfio_set_attr (returns 0 or -EAGAIN)',
      rest: true,
      when: () => false,
    },
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
  const { forwarded, hw, gic, masked, refusesActive, stops } = wiring;
  const after = stops ? 'resume-guest' : 'settled';
  return {
    'assign-irq': {
      at: `${BYPASS} irq_bypass_deoi_add_consumer ${NEVER_MERGED}`,
      cost: 'irqUnmask',
      marks: [(s: State) => (s[forwarded] === 1 ? 'forward-assigned' : 'forward-refused')],
      do: (s) => {
        if (refusesActive && (s[gic.active] === 1 || s[masked] === 1)) return after;
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
