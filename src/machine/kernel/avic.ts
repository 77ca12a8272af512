import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import { LAPIC } from '../parties.ts';
import { acceptTracepoints, blockedVcpu, LOOP, wakeVcpu } from './virtual-apic.ts';
import type { BlockedVcpu, VirtualApic } from './virtual-apic.ts';
import type { X86Vcpu } from './x86-vcpu.ts';

const FILE = 'Linux arch/x86/kvm/svm/avic.c';

/** What the IOMMU's entry for the device (IRTE) says of the vCPU: `IsRun`, and if not, why it does not. */
export const RUNS = 0;
export const BLOCKS = 1;
export const PREEMPTED = 2;

/** What AVIC is bound to. */
export interface AvicWiring {
  readonly vcpu: X86Vcpu;
  readonly vector: number;
  readonly trigger: 'level' | 'edge';
  /** Host CPU of the vCPU thread, as its APIC id in trace points. */
  readonly cpu: number;
  /** Whether an IOMMU looks at `IsRun`; else nobody does who is modelled. */
  readonly isPostedTo: boolean;
  /** False looks for interrupts before `IsRun` is clear, to see what the order is for. */
  readonly looksAfterPut: boolean;
}

/** AMD's virtual APIC, with what the IOMMU works on. */
export interface Avic extends VirtualApic {
  /** The vector's bits in the backing page, which is the page of the local APIC's registers. */
  readonly irr: Field;
  readonly isr: Field;
  /** A doorbell that the vCPU's processor has not heard yet. */
  readonly doorbell: Field;
  /** {@link RUNS}, {@link BLOCKS} or {@link PREEMPTED}; null if nobody posts. */
  readonly isRun: Field | null;
  readonly blocked: BlockedVcpu;
  /** The processor looks at IRR: at an entry, at a doorbell, at the end of an interrupt. */
  readonly evaluate: (s: State) => void;
}

/**
 * Adds the virtual APIC of a vCPU on SVM, with x2AVIC if the guest uses x2APIC. Interrupts are written into the backing
 * page; a processor that runs the guest hears of them by a doorbell. An end of a level-triggered interrupt exits, as a
 * trap, and KVM clears the bit in service itself (that the hardware has not done so is inferred from `apic_set_eoi`).
 * Source: Linux arch/x86/kvm/svm/avic.c, svm.c `svm_deliver_interrupt`, `svm_complete_interrupt_delivery` (6.12). No trace.
 */
export function avic(m: ModelBuilder, wiring: AvicWiring): Avic {
  const { vector, trigger } = wiring;
  const irr = m.field('AVIC IRR', { values: ['clear', 'set'] });
  const isr = m.field('AVIC ISR', { values: ['clear', 'set'] });
  const seen = m.field('IRR as the CPU knows it', { values: ['clear', 'set'] });
  const doorbell = m.field('doorbell', { values: ['none', 'rung'] });
  const blocked = blockedVcpu(m);
  const isRun = wiring.isPostedTo
    ? m.field('IsRun', { values: ['set', 'clear: blocks', 'clear: preempted'], notable: true })
    : null;
  const evaluate = (s: State): void => {
    s[seen] = s[irr] as number;
  };
  const hasInterrupt = (s: State): boolean => s[irr] === 1 && s[isr] === 0;
  return {
    vendor: 'amd',
    vector,
    trigger,
    irr,
    isr,
    doorbell,
    isRun,
    blocked,
    evaluate,
    ...avicAccept({ ...wiring, irr, doorbell, blocked }),
    isDue: (s) => s[seen] === 1 && s[isr] === 0,
    take: (s) => {
      s[irr] = 0;
      s[isr] = 1;
      s[seen] = 0;
    },
    end: (s) => {
      if (trigger === 'level') return;
      s[isr] = 0;
      evaluate(s);
    },
    hasInterrupt,
    enter: evaluate,
    leave: (s) => {
      s[seen] = 0;
      s[doorbell] = 0;
    },
    forcesExit: () => false,
    at: {
      enter: 'Linux arch/x86/kvm/x86.c vcpu_enter_guest (then VMRUN, which looks at IRR)',
      run: 'Linux arch/x86/kvm/svm/svm.c svm_vcpu_run',
      handleExit: 'Linux arch/x86/kvm/svm/svm.c svm_handle_exit',
    },
    haltSteps: haltSteps(blocked, isRun, hasInterrupt, wiring.looksAfterPut),
    schedOut: setIsRun(isRun, PREEMPTED, `${FILE} avic_vcpu_put (IsRunning clear)`),
    schedIn: setIsRun(isRun, RUNS, `${FILE} avic_vcpu_load (IsRunning set)`),
    eoi: {
      at: `${FILE} avic_unaccelerated_access_interception (APIC_EOI, a trap: apic_set_eoi)`,
      cost: 'apicRegister',
      emits: [
        `kvm:kvm_avic_unaccelerated_access vcpu=0, offset=0xb0(APIC_EOI), trap, write, vec=0x${vector.toString(16)}`,
        'kvm:kvm_apic apic_write APIC_EOI = 0x0',
        'function:apic_set_eoi',
        `kvm:kvm_eoi apicid 0 vector ${String(vector)}`,
        'function:kvm_ioapic_send_eoi',
      ],
      do: (s) => {
        s[isr] = 0;
      },
    },
    isAtRest: (s) => s[irr] === 0 && s[isr] === 0 && s[doorbell] === 0,
  };
}

function setIsRun(isRun: Field | null, value: number, at: string): Step {
  return {
    at,
    cost: 'piUpdate',
    ...(isRun === null
      ? {}
      : {
          do: (s: State): undefined => {
            s[isRun] = value;
          },
        }),
  };
}

/**
 * The thread sleeps. `IsRunning` is cleared first and IRR looked at then: who sets IRR before does not say so, who sets it
 * later finds that the vCPU does not run. Source: Linux arch/x86/kvm/svm/avic.c `avic_vcpu_blocking` (6.12).
 */
function haltSteps(
  blocked: BlockedVcpu,
  isRun: Field | null,
  hasInterrupt: (s: State) => boolean,
  looksAfterPut: boolean,
): VirtualApic['haltSteps'] {
  const put: Step = setIsRun(isRun, BLOCKS, `${FILE} avic_vcpu_blocking (avic_vcpu_put: IsRunning clear)`);
  const look: Step = {
    at: 'Linux virt/kvm/kvm_main.c kvm_vcpu_block (prepare_to_rcuwait, kvm_vcpu_check_block)',
    do: (s) => {
      if (hasInterrupt(s)) return 'unblock';
      s[blocked.blocked] = 1;
      return undefined;
    },
  };
  const load = setIsRun(isRun, RUNS, `${FILE} avic_vcpu_unblocking (avic_vcpu_load: IsRunning set)`);
  return {
    halt: {
      at: 'Linux arch/x86/kvm/x86.c kvm_emulate_halt',
      emits: ['function:kvm_emulate_halt', 'function:kvm_vcpu_halt'],
    },
    ...(looksAfterPut
      ? { 'put-avic': put, 'look-and-block': look }
      : { 'look-and-block': look, 'put-avic': put }),
    'wake-vcpu': wakeVcpu(blocked, 'Linux virt/kvm/kvm_main.c kvm_vcpu_block (woken, finish_rcuwait)'),
    unblock: {
      ...load,
      do: (s, choice) => {
        load.do?.(s, choice);
        return LOOP;
      },
    },
  };
}

/** KVM itself delivers to a vCPU with AVIC: a bit in the backing page, then a doorbell if the vCPU is in the guest. */
function avicAccept(
  wiring: Pick<AvicWiring, 'vcpu' | 'vector' | 'trigger' | 'cpu'> &
    Pick<Avic, 'irr' | 'doorbell' | 'blocked'>,
): Pick<VirtualApic, 'accept' | 'acceptAtomic'> {
  const { vcpu, irr, doorbell, blocked } = wiring;
  const accept = (lookup: readonly string[]): Procedure =>
    procedure<string>(LAPIC, '__apic_accept_irq', {
      'accept-irq': {
        at: 'Linux arch/x86/kvm/svm/svm.c svm_deliver_interrupt, svm_complete_interrupt_delivery (IRR)',
        cost: 'apicAccept',
        emits: acceptTracepoints(lookup, 'svm_deliver_interrupt', wiring),
        do: (s) => {
          s[irr] = 1;
          return s[vcpu.inGuest] === 1 ? undefined : 'wake-up';
        },
      },
      'ring-doorbell': {
        at: `${FILE} avic_ring_doorbell (MSR_AMD64_SVM_AVIC_DOORBELL)`,
        cost: 'ipi',
        emits: [`kvm:kvm_avic_doorbell vcpuid=0, apicid=${String(wiring.cpu)}`],
        // A CPU that has left the guest meanwhile looks at IRR when it enters again.
        do: (s) => {
          if (s[vcpu.inGuest] === 1) s[doorbell] = 1;
          return RETURN;
        },
      },
      'wake-up': {
        at: 'Linux arch/x86/kvm/svm/svm.c svm_complete_interrupt_delivery (kvm_vcpu_wake_up)',
        cost: 'vcpuKick',
        do: (s) => {
          if (s[blocked.blocked] === 1) s[blocked.woken] = 1;
        },
      },
    });
  return { accept: accept(['function:kvm_irq_delivery_to_apic']), acceptAtomic: accept([]) };
}
