import type { State } from '../../engine/state.ts';
import type { Step } from '../../engine/step.ts';
import { RETURN } from '../../engine/step.ts';
import type { MemorySlot } from './memory-slot.ts';
import type { VcpuLoopWiring, VcpuRunWiring } from './vcpu-run-wiring.ts';
import { MMIO_NEEDED } from './vcpu-state.ts';
import { EPT_MAPPED, EPT_MMIO } from './x86-memory-slot.ts';

/** Where the way round `vcpu_run` begins. */
export const LOOP = 'inject-events';

/** An access to the local APIC's registers that exits: the trigger mode read and the end of interrupt. */
export function lapicExitSteps({ vcpu, names, lapic, eoi }: VcpuRunWiring): Record<string, Step> {
  const { vector, isr } = lapic;
  const isPassedOn = (s: State): boolean => eoi.scan === undefined || s[eoi.scan.handled] === 1;
  const word = vector >> 5;
  const bit = (1 << (vector % 32)) >>> 0;
  const tmr = `0x${(0x180 + 0x10 * word).toString(16)}`;
  const msr = (text: string): readonly string[] => (names.x2apic ? [`kvm:kvm_msr ${text}`] : []);
  const readTmr: Record<string, Step> = {
    'read-apic': {
      at: 'Linux arch/x86/kvm/lapic.c kvm_lapic_reg_read (TMR)',
      cost: 'apicRegister',
      emits: [
        `kvm:kvm_apic apic_read ${tmr} = 0x${bit.toString(16)}`,
        ...msr(`msr_read ${(0x818 + word).toString(16)} = 0x${bit.toString(16)}`),
      ],
      do: () => LOOP,
    },
  };
  return {
    ...(lapic.trigger === 'level' ? readTmr : {}),
    'write-eoi': {
      at: 'Linux arch/x86/kvm/lapic.c apic_set_eoi',
      cost: 'apicRegister',
      emits: [
        'kvm:kvm_apic apic_write APIC_EOI = 0x0',
        'function:apic_set_eoi',
        `kvm:kvm_eoi apicid ${String(vcpu.id)} vector ${String(vector)}`,
        'function:kvm_ioapic_send_eoi',
      ],
      do: (s) => {
        s[isr] = 0;
        return isPassedOn(s) ? undefined : 'eoi-done';
      },
      ...(eoi.inKernel ? { call: eoi.inKernel } : {}),
    },
    'eoi-done': {
      at: 'Linux arch/x86/kvm/lapic.c apic_set_eoi (KVM_REQ_EVENT)',
      emits: msr('msr_write 80b = 0x0'),
      do: (s) => {
        s[vcpu.eventRequest] = 1;
        return eoi.exits === true && isPassedOn(s) ? undefined : LOOP;
      },
    },
    ...(eoi.exits === true
      ? {
          'exit-ioapic-eoi': userspaceExit(
            'Linux arch/x86/kvm/x86.c vcpu_enter_guest (KVM_REQ_IOAPIC_EOI_EXIT: ioapic_handled_vectors)',
            'KVM_EXIT_IOAPIC_EOI (26)',
          ),
        }
      : {}),
  };
}

/** A fault of the second-level page tables: a page to map, or an access for QEMU. */
export function mmioExitSteps(
  {
    vcpu,
    slot,
    access,
    isNeverMapped = () => false,
    ioapic,
  }: Pick<VcpuLoopWiring, 'vcpu' | 'slot' | 'access' | 'isNeverMapped' | 'ioapic'>,
  loop = LOOP,
): Record<string, Step> {
  const inKernel = (s: State): boolean => ioapic?.isAddressed(s) === true;
  const printed = (s: State): string => {
    if (!access.isRead(s)) return 'write';
    return inKernel(s) ? 'read' : 'unsatisfied-read';
  };
  return {
    'page-fault': {
      at: 'Linux arch/x86/kvm/mmu/mmu.c kvm_mmu_page_fault',
      cost: 'pageFault',
      do: (s) => (slot !== null && s[slot.present] === 1 && !isNeverMapped(s) ? undefined : 'emulate-mmio'),
    },
    ...(slot === null ? {} : mapPage(slot, loop)),
    'emulate-mmio': {
      at: 'Linux arch/x86/kvm/x86.c x86_emulate_instruction (emulator_read_write)',
      cost: 'mmioDecode',
      emits: [(s) => `kvm:kvm_mmio mmio ${printed(s)} len 4 gpa 0x${access.address(s).toString(16)}`],
      do: (s) => {
        // The slot may have come back meanwhile.
        if (slot !== null && s[slot.present] === 0 && !isNeverMapped(s)) s[slot.mapped] = EPT_MMIO;
        if (inKernel(s)) return 'ioapic-mmio';
        s[vcpu.mmio] = MMIO_NEEDED;
        return undefined;
      },
    },
    'exit-to-qemu': userspaceExit(
      'Linux virt/kvm/kvm_main.c kvm_vcpu_ioctl (KVM_RUN returns KVM_EXIT_MMIO)',
      'KVM_EXIT_MMIO (6)',
    ),
    ...ioapic?.steps(loop),
  };
}

function mapPage({ present, mapped }: MemorySlot, loop: string): Record<string, Step> {
  return {
    'map-page': {
      at: 'Linux arch/x86/kvm/mmu/mmu.c direct_page_fault',
      cost: 'pageMap',
      marks: ['stage2-fault'],
      do: (s) => {
        if (s[present] === 1) s[mapped] = EPT_MAPPED;
        return loop;
      },
    },
  };
}

/** KVM_RUN returns to QEMU, which finds in `exitReason` why the guest left. */
export function userspaceExit(at: string, reason: string): Step {
  return {
    at,
    cost: 'userspaceExit',
    emits: [`kvm:kvm_userspace_exit reason ${reason}`],
    marks: ['userspace-exit'],
    do: () => RETURN,
  };
}

/** KVM_RUN returns as the thread has a signal to take. */
export const SIGNAL_EXIT = 'return-for-signal';
export const signalExit: Readonly<Record<string, Step>> = {
  [SIGNAL_EXIT]: userspaceExit(
    'Linux arch/x86/kvm/x86.c vcpu_run (xfer_to_guest_mode_handle_work: -EINTR)',
    'restart (4)',
  ),
};

/** HLT: the thread sleeps until there is an interrupt for it, or a signal. */
export function haltSteps({ lapic, signalPending, surroundings }: VcpuRunWiring): Record<string, Step> {
  const isRunnable = signalPending
    ? (s: State): boolean => lapic.hasInterrupt(s) || signalPending(s)
    : lapic.hasInterrupt;
  const halt: Record<string, Step> =
    surroundings === undefined
      ? {
          halt: {
            at: 'Linux arch/x86/kvm/x86.c kvm_emulate_halt',
            emits: ['function:kvm_emulate_halt', 'function:kvm_vcpu_halt'],
          },
        }
      : {
          halt: {
            at: 'Linux arch/x86/kvm/x86.c kvm_emulate_halt',
            emits: ['function:kvm_emulate_halt'],
          },
          'look-for-events': {
            at: 'Linux arch/x86/kvm/x86.c vcpu_block (kvm_arch_vcpu_runnable: another interrupt may be there already)',
            choose: (s) => (lapic.hasInterrupt(s) ? 1 : 2),
            do: (s, choice) => (lapic.hasInterrupt(s) || choice === 1 ? LOOP : undefined),
          },
          'block-vcpu': {
            at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt',
            emits: ['function:kvm_vcpu_halt'],
          },
        };
  return {
    ...halt,
    'wake-vcpu': {
      at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_halt (kvm_arch_vcpu_runnable)',
      cost: 'haltExit',
      emits: ['kvm:kvm_vcpu_wakeup'],
      marks: ['halt-wakeup'],
      rest: true,
      wake: 'haltWake',
      when: surroundings === undefined ? isRunnable : () => true,
      do: (s) => (signalPending?.(s) === true && !lapic.hasInterrupt(s) ? SIGNAL_EXIT : LOOP),
    },
  };
}
