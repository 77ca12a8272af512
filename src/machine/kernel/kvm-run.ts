import type { State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import type { Observation, Procedure, Step } from '../../engine/step.ts';
import type { GicVersion } from '../hardware/gic-version.ts';
import { KVM } from '../parties.ts';
import { abortSteps, hex } from './guest-abort.ts';
import { exitName, exitTracepoint, isInterrupted } from './exit-reason.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { Surroundings } from './surroundings.ts';
import type { DistributorAccess, TrappedAccess } from './trapped-access.ts';
import * as vcpuState from './vcpu-state.ts';
import type { Vcpu } from './vcpu-state.ts';
import { pendingForVcpu } from './vgic-listed.ts';
import type { VgicListed } from './vgic-listed.ts';
import type { VcpuVpe } from './vgic-v4.ts';

/** What the run loop of a vCPU is wired to. */
export interface KvmRunWiring {
  readonly gic: GicVersion;
  readonly vcpu: Vcpu;
  readonly irqs: readonly VgicListed[];
  /** The slot of the region that the guest has trapped on; null if QEMU emulates the device and there is none. */
  readonly slot: ((s: State) => MemorySlot) | null;
  /** Whoever wants to hear of the guest's end of each interrupt, run while the list registers are folded. */
  readonly acked: readonly (Procedure | undefined)[];
  /** Whether a physical interrupt is signalled to the CPU that runs this vCPU. */
  readonly physicalIrq: (s: State) => boolean;
  readonly access: TrappedAccess;
  /** What follows an exit for an access, where it is not a fault on a region that a slot may map. */
  readonly accessExits?: Readonly<Record<string, Step>>;
  /** Whether somebody has halted the guest (`vcpu->arch.pause`); absent if nobody ever does. */
  readonly halted?: (s: State) => boolean;
  /** Whether a worker waits for the CPU of the vCPU thread, which then gives way; absent if none ever does. */
  readonly needResched?: (s: State) => boolean;
  /** What an observer looks for in the list registers whenever the guest is entered. */
  readonly entryMarks?: readonly Observation[];
  /** What else goes on in a real host; null in a quiet one. */
  readonly surroundings: Surroundings | null;
  /** The vCPU's virtual PE, where messages are forwarded to it. */
  readonly vpe?: VcpuVpe;
  /** Absent if the guest never touches the distributor while interrupts are delivered. */
  readonly distributor?: DistributorAccess;
}

/**
 * ioctl(KVM_RUN) on an arm64 host: flush the vGIC, enter, leave, fold, take the host's interrupts, handle the exit.
 * Returns to the caller when QEMU has to perform an access.
 * Source: Linux arch/arm64/kvm/arm.c `kvm_arch_vcpu_ioctl_run`, handle_exit.c, mmio.c (6.12); the host's
 * interrupt handler runs between the fold and the `kvm_exit` line (traces P2).
 */
export function kvmArchVcpuIoctlRun(wiring: KvmRunWiring): Procedure {
  const { vcpu, irqs, gic, slot, halted, needResched, entryMarks, surroundings, vpe } = wiring;
  const onLr = (s: State): boolean => irqs.some((irq) => s[irq.onLr] === 1);
  return procedure<string>(KVM, 'kvm_arch_vcpu_ioctl_run', {
    'complete-mmio': {
      at: 'Linux arch/arm64/kvm/mmio.c kvm_handle_mmio_return',
      local: true,
      emits: [
        (_after, s) =>
          s[vcpu.mmio] === vcpuState.MMIO_NEEDED && wiring.access.isRead(s)
            ? (wiring.access.readDone?.(s) ??
              `kvm:kvm_mmio mmio read len 4 gpa ${hex(wiring.access.address(s))}`)
            : '',
      ],
      do: (s) => {
        if (s[vcpu.mmio] === vcpuState.MMIO_NEEDED) s[vcpu.mmio] = vcpuState.MMIO_DONE;
      },
    },
    'check-requests': {
      at: 'Linux arch/arm64/kvm/arm.c check_vcpu_requests',
      // On the way here the thread gives way to whoever has been woken on its CPU (xfer_to_guest_mode_handle_work).
      ...(halted || needResched
        ? { when: (s: State) => halted?.(s) !== true && needResched?.(s) !== true }
        : {}),
      ...(needResched ? { wake: 'resched' } : {}),
      ...(surroundings === null ? {} : { choose: () => 2 }),
      do: (s, choice) => {
        s[vcpu.requested] = 0;
        surroundings?.comeToCpu(s, choice);
      },
    },
    'flush-vgic': {
      at: 'Linux arch/arm64/kvm/vgic/vgic.c kvm_vgic_flush_hwstate',
      cost: 'vgicFlush',
      emits: ['function:kvm_vgic_flush_hwstate', (s) => (onLr(s) ? `function:${gic.vgic}_populate_lr` : '')],
      do: (s) => {
        s[vcpu.irqsOff] = 1;
        for (const irq of irqs) irq.populate(s);
        s[vcpu.mode] = 1;
      },
    },
    'enter-guest': {
      at: 'Linux arch/arm64/kvm/arm.c kvm_arch_vcpu_ioctl_run (kvm_vcpu_exit_request, then world switch)',
      cost: 'vmEntry',
      emits: [(s) => (s[vcpu.inGuest] === 1 ? 'kvm:kvm_entry' : '')],
      ...(entryMarks ? { marks: entryMarks } : {}),
      // Other requests, and other work of the host, keep it out as well.
      ...(surroundings === null ? {} : { choose: () => 2 }),
      do: (s, choice) => {
        if (s[vcpu.requested] === 1 || choice === 1) {
          s[vcpu.mode] = 0;
          return 'fold-vgic';
        }
        s[vcpu.inGuest] = 1;
        return undefined;
      },
    },
    'leave-guest': {
      at: 'Linux arch/arm64/kvm/hyp/entry.S __guest_exit',
      cost: 'vmExit',
      rest: true,
      runsGuest: true,
      marks: [(s) => `exit:${exitName(s, wiring)}`],
      when: (s) => surroundings !== null || s[vcpu.inGuest] === 0 || isInterrupted(s, wiring),
      do: (s) => {
        if (s[vcpu.inGuest] === 1) {
          s[vcpu.exitReason] = isInterrupted(s, wiring) ? vcpuState.EXIT_IRQ : vcpuState.EXIT_OTHER;
        }
        s[vcpu.inGuest] = 0;
        s[vcpu.mode] = 0;
      },
    },
    ...foldSteps(wiring),
    'enable-interrupts': {
      at: 'Linux arch/arm64/kvm/arm.c kvm_arch_vcpu_ioctl_run (local_irq_enable: pending host interrupts run here)',
      ...(surroundings === null ? {} : { choose: surroundings.exits }),
      do: (s, choice) => {
        s[vcpu.irqsOff] = 0;
        s[vcpu.ipi] = 0;
        surroundings?.decideExit(s, choice);
        return s[vcpu.exitReason] === vcpuState.EXIT_NONE ? 'check-requests' : undefined;
      },
    },
    'kvm-exit': {
      at: 'Linux arch/arm64/kvm/arm.c kvm_arch_vcpu_ioctl_run (trace_kvm_exit), handle_exit.c handle_exit',
      cost: 'handleExit',
      emits: [(_, before) => exitTracepoint(before, vcpu)],
      do: (s) => {
        const reason = s[vcpu.exitReason];
        s[vcpu.exitReason] = vcpuState.EXIT_NONE;
        if (reason === vcpuState.EXIT_WFX) return 'handle-wfi';
        if (reason === vcpuState.EXIT_OTHER_MMIO) {
          surroundings?.leaveForOther(s);
          return 'exit-to-qemu';
        }
        return reason === vcpuState.EXIT_DABT ? 'guest-abort' : 'check-requests';
      },
    },
    ...(wiring.accessExits ?? (slot === null ? {} : abortSteps({ ...wiring, slot }))),
    'handle-wfi': {
      at: 'Linux arch/arm64/kvm/handle_exit.c kvm_handle_wfx',
      emits: ['kvm:kvm_wfx_arm64 guest executed wfi', 'function:kvm_vcpu_halt'],
    },
    ...vpe?.put,
    'wake-vcpu': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt (kvm_arch_vcpu_runnable)',
      cost: 'haltExit',
      emits: ['kvm:kvm_vcpu_wakeup'],
      marks: ['halt-wakeup'],
      rest: true,
      wake: 'haltWake',
      when: (s) => surroundings !== null || pendingForVcpu(irqs, s, vpe?.pendingLast),
      do: () => (vpe ? 'vgic-v4-load' : 'check-requests'),
    },
    ...vpe?.load,
  });
}

/** Reads the list registers back; whoever waits for the end of an interrupt is told before its register is folded. */
function foldSteps({ irqs, acked, gic }: KvmRunWiring): Record<string, Step> {
  /** The next step for the interrupts from `first` on. */
  const next = (s: State, first: number): string => {
    for (let i = first; i < irqs.length; i++) {
      const irq = irqs[i] as VgicListed;
      if (irq.signalsEoi(s)) return `notify-acked${irq.suffix}`;
      if (s[irq.onLr] === 1) return `fold-lr${irq.suffix}`;
    }
    return 'enable-interrupts';
  };
  const steps: Record<string, Step> = {
    'fold-vgic': {
      at: `Linux arch/arm64/kvm/vgic/vgic.c kvm_vgic_sync_hwstate (${gic.vgic}_fold_lr_state)`,
      cost: 'vgicSync',
      emits: [
        'function:kvm_vgic_sync_hwstate',
        (s) => (irqs.some((irq) => s[irq.onLr] === 1) ? `function:${gic.vgic}_fold_lr_state` : ''),
      ],
      // List registers belong to the guest and, while it is out, to its vCPU thread.
      local: true,
      do: (s) => next(s, 0),
    },
  };
  irqs.forEach((irq, i) => {
    const { suffix, intid } = irq;
    const listener = acked[i];
    steps[`notify-acked${suffix}`] = {
      at: `Linux virt/kvm/eventfd.c kvm_notify_acked_irq${listener ? '' : ' (nobody is registered)'}`,
      cost: 'notifyAcked',
      emits: ['function:kvm_notify_acked_irq', `kvm:kvm_ack_irq irqchip 0 pin ${String(intid - 32)}`],
      marks: ['eoi-seen'],
      ...(listener ? { call: listener } : {}),
    };
    steps[`fold-lr${suffix}`] = {
      at: `${gic.vgicFile} ${gic.vgic}_fold_lr_state`,
      do: (s) => {
        irq.fold(s);
        return next(s, i + 1);
      },
    };
  });
  return steps;
}
