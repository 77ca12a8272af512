import type { State } from '../../engine/state.ts';
import { procedure, RETURN } from '../../engine/step.ts';
import type { Procedure, Step, Tracepoint } from '../../engine/step.ts';
import { VCPU_THREAD } from '../parties.ts';
import type { Bql } from './bql.ts';
import { BQL_FREE, BQL_VCPU } from './bql.ts';
import type { MemoryView } from './memory-view.ts';

/** What a vCPU thread is wired to. */
export interface VcpuThreadWiring {
  readonly run: Procedure;
  readonly bql: Bql;
  /** What QEMU takes for the end of an interrupt after an access, and when; absent if it handles none. */
  readonly eoi?: { readonly isDue: (s: State) => boolean; readonly procedure: Procedure };
  /** Performs the access that the guest asked for, on the device's file descriptor. */
  readonly access: (s: State) => void;
  readonly accessTracepoints: readonly Tracepoint[];
  /** An access to the MSI-X table, which QEMU emulates: when it is one, and what it does. */
  readonly msixTable?: { readonly isAccess: (s: State) => boolean; readonly procedure: Procedure };
  /** QEMU's view of the memory, where it changes: an access goes by the view it has found before it waits. */
  readonly view?: MemoryView;
  /** Whether the access is for another device, which QEMU emulates; absent if none ever is. */
  readonly isForOther?: (s: State) => boolean;
  /** What comes before every KVM_RUN (`kvm_arch_pre_run`), where it has anything to do. */
  readonly beforeRun?: Readonly<Record<string, Step>>;
  /** Exits that are no accesses to the device: the step that each goes to, if any, and the steps, which return. */
  readonly otherExits?: {
    readonly firstStep: (s: State) => string | undefined;
    readonly steps: Readonly<Record<string, Step>>;
  };
}

/**
 * A vCPU thread of QEMU: runs the guest and performs the accesses that KVM cannot, under the BQL. The access
 * comes first; only then is it taken as the end of an interrupt, if one is ACTIVE.
 * Source: QEMU accel/kvm/kvm-all.c `kvm_cpu_exec`, hw/vfio/common.c `vfio_region_read`, `vfio_region_write`.
 */
export function vcpuThread(wiring: VcpuThreadWiring): Procedure {
  const { bql, eoi, view, msixTable, beforeRun = {}, otherExits } = wiring;
  return procedure<string>(VCPU_THREAD, 'kvm_cpu_exec', {
    ...beforeRun,
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
    ...(view ? view.lookUp : {}),
    'vcpu-locks-bql': {
      at: 'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
      cost: 'bqlLock',
      emits: ['qemu:kvm_run_exit cpu_index 0, reason 6'],
      when: bql.isFree,
      do: (s) => {
        s[bql.owner] = BQL_VCPU;
        if (wiring.isForOther?.(s) === true) return 'vcpu-unlocks-bql';
        if (msixTable?.isAccess(s) === true) return 'msix-table-access';
        return view?.isStale(s) === true ? 'ram-device-access' : 'region-access';
      },
    },
    'region-access': {
      at: 'QEMU hw/vfio/common.c vfio_region_read, vfio_region_write (pread, pwrite)',
      cost: 'regionAccess',
      emits: wiring.accessTracepoints,
      do: (s) => {
        wiring.access(s);
        return eoi?.isDue(s) === true ? undefined : 'vcpu-unlocks-bql';
      },
      ...(eoi ? { call: eoi.procedure } : {}),
    },
    'vcpu-unlocks-bql': {
      at: 'QEMU softmmu/physmem.c flatview_read_continue, flatview_write_continue (qemu_mutex_unlock_iothread)',
      do: (s) => {
        s[bql.owner] = BQL_FREE;
        return RETURN;
      },
    },
    ...(view ? view.staleAccess(wiring.access, 'vcpu-unlocks-bql') : {}),
    ...otherExits?.steps,
    ...(msixTable ? tableSteps(msixTable.procedure) : {}),
  });
}

function tableSteps(write: Procedure): Record<string, Step> {
  return {
    'msix-table-access': {
      at: 'QEMU hw/pci/msix.c msix_table_mmio_write',
      cost: 'deviceModel',
      call: write,
    },
    'msix-table-written': {
      at: 'QEMU softmmu/memory.c memory_region_dispatch_write',
      do: () => 'vcpu-unlocks-bql',
    },
  };
}
