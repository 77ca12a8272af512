import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { procedure } from '../../engine/step.ts';
import { AMD_IOMMU } from '../parties.ts';
import type { BlockedVcpu } from './virtual-apic.ts';

/** What the host hears of messages for vCPUs that do not run. */
export interface GaLog {
  /** The IOMMU's interrupt for its GA log, which then has an entry for the vCPU. */
  readonly interrupt: Field;
  /** Whether the IOMMU logs for a vCPU that was preempted, who needs nobody to wake it, as well. */
  readonly logsPreempted: boolean;
  readonly isAtRest: (s: State) => boolean;
}

/** What the GA log is wired to. */
export interface GaLogWiring {
  readonly blocked: BlockedVcpu;
  /** CPU that takes the IOMMU's interrupt and runs its thread. */
  readonly cpu: number;
  readonly logsPreempted: boolean;
  /** Whether that CPU takes interrupts now: in guest mode it has to leave first. */
  readonly irqsOn: (s: State) => boolean;
}

/**
 * Adds the IOMMU driver's interrupt and its thread, which wakes the vCPU whose message is in the log.
 * Source: Linux drivers/iommu/amd/init.c `iommu_setup_intcapxt` (request_threaded_irq), iommu.c
 * `amd_iommu_int_thread_galog`, `iommu_poll_ga_log`, arch/x86/kvm/svm/avic.c `avic_ga_log_notifier` (6.12). No trace.
 */
export function gaLog(m: ModelBuilder, { blocked, cpu, logsPreempted, irqsOn }: GaLogWiring): GaLog {
  const interrupt = m.field('GA log interrupt', { values: ['none', 'pending'] });
  const thread = m.field('GA log thread', { values: ['idle', 'woken'] });
  m.process(
    'GA log IRQ',
    { kind: 'hardirq', cpu },
    procedure(AMD_IOMMU, 'amd_iommu_int_handler', {
      'ga-log-interrupt': {
        at: 'Linux drivers/iommu/amd/iommu.c amd_iommu_int_handler (IRQ_WAKE_THREAD)',
        cost: 'hardirqEntry',
        rest: true,
        marks: ['physical-irq', 'handler-call'],
        when: (s) => s[interrupt] === 1 && irqsOn(s),
        do: (s) => {
          s[interrupt] = 0;
          s[thread] = 1;
        },
      },
    }),
  );
  m.process(
    'GA log thread',
    { kind: 'thread', cpu },
    procedure(AMD_IOMMU, 'amd_iommu_int_thread_galog', {
      'poll-ga-log': {
        at: 'Linux drivers/iommu/amd/iommu.c amd_iommu_int_thread_galog (iommu_poll_ga_log)',
        cost: 'workqueue',
        rest: true,
        when: (s) => s[thread] === 1,
        do: (s) => {
          s[thread] = 0;
        },
      },
      'ga-log-notifier': {
        at: 'Linux arch/x86/kvm/svm/avic.c avic_ga_log_notifier (kvm_vcpu_wake_up)',
        cost: 'vcpuKick',
        emits: ['kvm:kvm_avic_ga_log vmid=1, vcpuid=0'],
        do: (s) => {
          if (s[blocked.blocked] === 1) s[blocked.woken] = 1;
        },
      },
    }),
  );
  return { interrupt, logsPreempted, isAtRest: (s) => s[interrupt] === 0 && s[thread] === 0 };
}
