import type { ModelBuilder } from '../../engine/model.ts';
import type { Field, State } from '../../engine/state.ts';
import { RETURN } from '../../engine/step.ts';
import type { Step } from '../../engine/step.ts';
import { MMIO_NEEDED } from '../kernel/vcpu-state.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import type { Bql } from './bql.ts';

const RUNNING = 0;
const ASKED = 1;
const STOPPED = 2;

/** A vCPU that another thread of QEMU can stop: `cpu->stop`, then `cpu->stopped`. */
export interface VcpuPause {
  readonly state: Field;
  readonly isRunning: (s: State) => boolean;
  /** Whether SIG_IPI is pending for the vCPU thread, so that KVM_RUN returns as soon as it is seen. */
  readonly isAsked: (s: State) => boolean;
  readonly isStopped: (s: State) => boolean;
  readonly ask: (s: State) => void;
  readonly resume: (s: State) => void;
}

/** Adds the state of the vCPU. Source: QEMU softmmu/cpus.c `pause_all_vcpus`, `qemu_wait_io_event` (7.2). */
export function vcpuPause(m: ModelBuilder): VcpuPause {
  const state = m.field('vCPU', { values: ['running', 'asked to stop', 'stopped'], notable: true });
  return {
    state,
    isRunning: (s) => s[state] === RUNNING,
    isAsked: (s) => s[state] === ASKED,
    isStopped: (s) => s[state] === STOPPED,
    ask: (s) => {
      s[state] = ASKED;
    },
    resume: (s) => {
      s[state] = RUNNING;
    },
  };
}

/**
 * What a vCPU thread does when KVM_RUN has returned, until it goes on to `accesses`, the label of what it does for an
 * access of its guest (null if there is none), or starts over. An access is performed before the thread stops; KVM_RUN, entered once more, then
 * returns at once. Source: QEMU accel/kvm/kvm-all.c `kvm_cpu_exec`, softmmu/cpus.c `qemu_wait_io_event_common` (7.2).
 */
export function stopSteps(
  pause: VcpuPause,
  { mmio }: X86Vcpu,
  bql: Bql,
  accesses: string | null,
): Record<string, Step> {
  return {
    'kvm-run-returned': {
      at: 'QEMU accel/kvm/kvm-all.c kvm_cpu_exec (run_ret == -EINTR?)',
      ...(accesses === null ? {} : { do: (s) => (s[mmio] === MMIO_NEEDED ? accesses : undefined) }),
    },
    'stop-vcpu': {
      at: 'QEMU softmmu/cpus.c qemu_wait_io_event_common (cpu->stopped, qemu_pause_cond)',
      cost: 'bqlLock',
      when: bql.isFree,
      do: (s) => {
        s[pause.state] = STOPPED;
      },
    },
    'wait-stopped': {
      at: 'QEMU softmmu/cpus.c qemu_wait_io_event (qemu_cond_wait halt_cond)',
      when: (s) => !pause.isStopped(s),
      // It may be asked to stop again before it has gone on.
      do: (s) => (pause.isAsked(s) ? 'stop-vcpu' : RETURN),
    },
  };
}
