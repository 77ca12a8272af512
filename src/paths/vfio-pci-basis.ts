import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { State } from '../engine/state.ts';
import type { HostFacts } from '../facts/facts.ts';
import { isRead } from '../machine/hardware/pci-function.ts';
import type { PciFunction, PciRegister } from '../machine/hardware/pci-function.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import { haltPollTrouble } from './halt-poll-setting.ts';
import type { CompleteSettings } from './read-settings.ts';

/** Parts of `vfio-pci/intx-irqfd` that can be left out to see what they are for. */
export interface IntxIrqfdParts {
  readonly resampler: boolean;
  /** The resampler lowers the line once more after it has told whoever raises it, as one would for each irqfd in turn. */
  readonly lowersAgain?: true;
}

/** What the machines of both architectures are laid out by. */
export interface PciBasis {
  /** Whether the guest's driver leaves its work to a softirq. */
  readonly hasNapi: boolean;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
}

/** How QEMU performs an access to a BAR that is not mapped, and what that prints. */
export function barAccess(
  device: PciFunction,
  register: (s: State) => PciRegister,
): Pick<VcpuThreadWiring, 'access' | 'accessTracepoints'> {
  const direction = (s: State): string => (isRead(register(s)) ? 'read' : 'write');
  return {
    access: (s) => {
      device.access(s, register(s));
    },
    accessTracepoints: [
      (s) => `syscalls:sys_enter_p${direction(s)}64`,
      'function:vfio_pci_rw',
      'function:vfio_pci_bar_rw',
      (s) => `qemu:vfio_region_${direction(s)}`,
    ],
  };
}

/** An error says which fact or setting does not go with which, whatever the architecture. */
export function pciBasis(settings: CompleteSettings, host: HostFacts): Result<PciBasis> {
  if (host.vcpuCpu >= host.cpus || host.irqCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu and irqCpu must be among them`);
  }
  const hasNapi = settings.choice('napi') === 'on';
  if (hasNapi && settings.number('accesses') < 2) {
    return fail('accesses: a handler with napi=on makes at least 2, the read of ICR and the write to IMC');
  }
  const otherCpu = (host.vcpuCpu + 1) % host.cpus;
  if (settings.choice('guest') === 'busy' && otherCpu === host.vcpuCpu) {
    return fail('guest=busy needs cpus=2 or more: preempting a guest that never idles is not modelled');
  }
  const trouble = haltPollTrouble(settings, host);
  return trouble === null ? ok({ hasNapi, otherCpu }) : fail(trouble);
}
