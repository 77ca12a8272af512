import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import type { Procedure, Step, Tracepoint } from '../../engine/step.ts';

/** Where the way round `vcpu_run` begins. */
export const LOOP = 'next-entry';

/** A local APIC that the processor works on by itself, as far as one vector goes: APICv's or AVIC's. */
export interface VirtualApic {
  readonly vendor: 'intel' | 'amd';
  readonly vector: number;
  readonly trigger: 'level' | 'edge';
  /** KVM delivers an interrupt to it (`__apic_accept_irq`). */
  readonly accept: Procedure;
  /** The same from `kvm_arch_set_irq_inatomic`, which tries the fast lookup of the destination alone. */
  readonly acceptAtomic: Procedure;
  /** Whether the processor, in guest mode, takes an interrupt as soon as the guest has them on. */
  readonly isDue: (s: State) => boolean;
  readonly take: (s: State) => void;
  /** The guest writes EOI, and the processor does what it does by itself, before an exit if there is one. */
  readonly end: (s: State) => void;
  /** Whether there is one to wake a halted vCPU for. */
  readonly hasInterrupt: (s: State) => boolean;
  /** What an entry into the guest, and an exit, do to it. */
  readonly enter: (s: State) => void;
  readonly leave: (s: State) => void;
  /** Whether a notification that was meant for KVM comes while the guest runs, and so takes it out. */
  readonly forcesExit: (s: State) => boolean;
  /** Source locations of the steps of the run loop that its maker has a say in. */
  readonly at: {
    readonly enter: string;
    readonly run: string;
    readonly handleExit: string;
  };
  /** HLT, from the step `halt` on, and back to {@link LOOP}. */
  readonly haltSteps: Readonly<Record<string, Step>>;
  /** The vCPU thread is off its CPU, and back. */
  readonly schedOut: Step;
  readonly schedIn: Step;
  /** KVM's part of an end of interrupt that exits. */
  readonly eoi: Step;
  readonly isAtRest: (s: State) => boolean;
}

/** Who waits in `kvm_vcpu_block`, and whether somebody has woken it. */
export interface BlockedVcpu {
  /** 1 while it waits. */
  readonly blocked: Field;
  readonly woken: Field;
}

/** Adds what `kvm_vcpu_wake_up` works on. */
export function blockedVcpu(m: ModelBuilder): BlockedVcpu {
  return {
    blocked: m.field('vCPU blocked', { values: ['no', 'yes'] }),
    woken: m.field('vCPU woken', { values: ['no', 'yes'] }),
  };
}

/** The last step of a halt: woken, the thread goes on to the next step. */
export function wakeVcpu({ blocked, woken }: BlockedVcpu, at: string): Step {
  return {
    at,
    cost: 'haltExit',
    emits: ['kvm:kvm_vcpu_wakeup'],
    marks: ['halt-wakeup'],
    rest: true,
    wake: 'haltWake',
    when: (s) => s[woken] === 1,
    do: (s) => {
      s[woken] = 0;
      s[blocked] = 0;
    },
  };
}

/** What `__apic_accept_irq` prints when the hardware delivers, with the lookup of the destination before it. */
export function acceptTracepoints(
  lookup: readonly Tracepoint[],
  deliver: string,
  { vector, trigger }: Pick<VirtualApic, 'vector' | 'trigger'>,
): readonly Tracepoint[] {
  return [
    ...lookup,
    'function:kvm_irq_delivery_to_apic_fast',
    'function:__apic_accept_irq',
    `function:${deliver}`,
    `kvm:kvm_apicv_accept_irq apicid 0 vec ${String(vector)} (Fixed|${trigger})`,
  ];
}
