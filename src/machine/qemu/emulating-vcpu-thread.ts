import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step } from '../../engine/step.ts';
import type { X86Vcpu } from '../kernel/x86-vcpu.ts';
import { VCPU_THREAD } from '../parties.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_OTHER_VCPU, BQL_VCPU } from './bql.ts';
import { stopSteps } from './vcpu-pause.ts';
import type { VcpuPause } from './vcpu-pause.ts';
import type { VcpuThreadWiring } from './vcpu-thread.ts';

const MEMORY = 'QEMU softmmu/memory.c';

/** What an emulated device does with the accesses that reach QEMU; null for what KVM serves or nobody does. */
export interface EmulatedAccess {
  readonly isRead: (s: State) => boolean;
  readonly read: Procedure | null;
  readonly write: Procedure | null;
  /** Writes to another register than that of `write`; absent if nobody writes it. */
  readonly control?: { readonly isWritten: (s: State) => boolean; readonly write: Procedure };
}

/** What a vCPU thread is wired to whose guest uses a device that QEMU emulates. */
export interface EmulatingVcpuThreadWiring {
  readonly run: Procedure;
  readonly bql: Bql;
  /** Number of the vCPU; that of the first if it is left out. */
  readonly vcpuId?: number;
  /** The reason for which KVM_RUN returns, as QEMU's trace prints it: 2 for a port, 6 for memory. */
  readonly exitReason: 2 | 6;
  readonly access: EmulatedAccess;
  /** Whether the access is for another device, of which nothing else is modelled; absent if none ever is. */
  readonly isForOther?: (s: State) => boolean;
  /** What comes before every KVM_RUN, where interrupt controllers in QEMU have anything to do then. */
  readonly beforeRun?: VcpuThreadWiring['beforeRun'];
  /** Exits that are no accesses to the device: the step that each goes to, if any, and the steps, which return. */
  readonly otherExits?: VcpuThreadWiring['otherExits'];
  /** Absent if nobody stops the VM. */
  readonly stopping?: { readonly vcpu: X86Vcpu; readonly pause: VcpuPause };
}

/**
 * A vCPU thread of QEMU that performs a guest's accesses to an emulated device itself, under the BQL; the guest waits.
 * Source: QEMU accel/kvm/kvm-all.c `kvm_cpu_exec`, softmmu/physmem.c `prepare_mmio_access`, softmmu/memory.c
 * `memory_region_dispatch_write`, `memory_region_dispatch_read` (7.2); traces X1-blk-ioeventfd-off,
 * X1-blk-vectors0-intx.
 */
export function emulatingVcpuThread(wiring: EmulatingVcpuThreadWiring): Procedure {
  const { otherExits, stopping, isForOther } = wiring;
  const { read, write, control } = wiring.access;
  const hasAccesses = read !== null || write !== null || control !== undefined || isForOther !== undefined;
  return procedure<string>(VCPU_THREAD, 'kvm_cpu_exec', {
    ...wiring.beforeRun,
    'ioctl-kvm-run': {
      at: 'QEMU accel/kvm/kvm-all.c kvm_cpu_exec (KVM_RUN)',
      cost: 'kvmRunEntry',
      emits: ['syscalls:sys_enter_ioctl cmd=KVM_RUN'],
      call: wiring.run,
    },
    ...(otherExits
      ? {
          'switch-exit-reason': {
            at: 'QEMU accel/kvm/kvm-all.c kvm_cpu_exec (exit_reason)',
            do: otherExits.firstStep,
          },
        }
      : {}),
    ...(stopping
      ? stopSteps(stopping.pause, stopping.vcpu, wiring.bql, hasAccesses ? 'vcpu-locks-bql' : null)
      : {}),
    ...(hasAccesses ? accessSteps(wiring) : {}),
    ...otherExits?.steps,
  });
}

function accessSteps({
  bql,
  vcpuId = 0,
  exitReason,
  access,
  isForOther,
}: EmulatingVcpuThreadWiring): Record<string, Step> {
  const { isRead, read, write, control } = access;
  const owner = vcpuId === 0 ? BQL_VCPU : BQL_OTHER_VCPU;
  const isBeforeOther = write !== null || control !== undefined;
  return {
    'vcpu-locks-bql': {
      at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      emits: [`qemu:kvm_run_exit cpu_index ${String(vcpuId)}, reason ${String(exitReason)}`],
      when: bql.isFree,
      do: (s) => {
        s[bql.owner] = owner;
        if (isForOther?.(s) === true) return 'vcpu-unlocks-bql';
        if (isRead(s)) return 'dispatch-read';
        return control?.isWritten(s) === true ? 'dispatch-control' : 'dispatch-write';
      },
    },
    ...dispatch('dispatch-read', 'memory_region_dispatch_read', read),
    // Before the other way of access there is a way round it.
    ...(read !== null && isBeforeOther
      ? { 'read-dispatched': { at: `${MEMORY} memory_region_dispatch_read`, do: () => 'vcpu-unlocks-bql' } }
      : {}),
    ...dispatch('dispatch-control', 'memory_region_dispatch_write', control?.write ?? null),
    ...(control && write !== null
      ? {
          'control-dispatched': {
            at: `${MEMORY} memory_region_dispatch_write`,
            do: () => 'vcpu-unlocks-bql',
          },
        }
      : {}),
    ...dispatch('dispatch-write', 'memory_region_dispatch_write', write),
    'vcpu-unlocks-bql': {
      at: 'QEMU softmmu/physmem.c flatview_read_continue, flatview_write_continue (qemu_mutex_unlock_iothread)',
      do: (s) => {
        s[bql.owner] = BQL_FREE;
        return RETURN;
      },
    },
  };
}

function dispatch(label: string, name: string, access: Procedure | null): Record<string, Step> {
  return access === null ? {} : { [label]: { at: `${MEMORY} ${name}`, cost: 'deviceModel', call: access } };
}
