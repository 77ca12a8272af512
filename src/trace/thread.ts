import { detached } from '../base/detached.ts';
import type { InterruptSource } from './interrupt-source.ts';
import type { Kick, TraceCycle } from './trace-cycle.ts';
import { VcpuSpan } from './vcpu-span.ts';

/** What a thread does for interrupts, as far as its name and its events tell. */
export type ThreadRole = 'vCPU' | 'kworker' | 'vhost' | 'QEMU' | 'other';

/** A thread of the trace, and what it is in the middle of. */
export class Thread {
  role: ThreadRole;
  /** Number of the vCPU that it runs. */
  vcpu = 0;
  /** The ioctl that it is in, by name, or another system call; empty if none, or not recorded. */
  syscall = '';
  /** QEMU handed the next vector to KVM: the interrupt controller is QEMU's. */
  hasVector = false;
  /** Whose interrupt it raised last, until it does something else. */
  raised: InterruptSource | null = null;
  /** The doorbell that the guest of this vCPU thread rings just now. */
  kick: Kick | null = null;
  /** The address that it wrote. */
  written = '';
  /** Whose line it lowered, since it last entered the guest. */
  lowered: InterruptSource | null = null;
  /** Whose interrupt it will enter the guest with. */
  delivering: TraceCycle | null = null;
  readonly span: VcpuSpan;
  readonly name: string;

  constructor(comm: string) {
    this.role = roleOf(comm);
    this.name = detached(comm);
    this.span = new VcpuSpan();
  }

  /** Takes note that it enters and leaves the guest, whatever its name is. */
  runsVcpu(vcpu: number): void {
    this.role = 'vCPU';
    if (!Number.isNaN(vcpu)) this.vcpu = vcpu;
  }

  /** What diagrams and shapes call it. */
  get context(): string {
    switch (this.role) {
      case 'vCPU':
        return `vCPU ${this.vcpu}`;
      case 'kworker':
      case 'vhost':
        return this.role;
      case 'QEMU':
        return this.name.startsWith('IO ') ? this.name : 'QEMU main loop';
      case 'other':
        return this.name;
    }
  }
}

function roleOf(comm: string): ThreadRole {
  if (comm.startsWith('kworker/')) return 'kworker';
  if (comm.startsWith('vhost-')) return 'vhost';
  if (/^CPU \d+\/KVM/.test(comm)) return 'vCPU';
  // A thread of the kernel, one whose name was not recorded, or no thread at all.
  if (/^(?:<|kvm-pit|kvm-nx|swapper|ksoftirqd|rcu|migration)/.test(comm)) return 'other';
  return 'QEMU';
}
