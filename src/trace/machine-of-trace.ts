import { isVirtioMmioNotify } from '../paths/virtio-arm-alphabet.ts';
import { isTapRead } from '../paths/virtio-net-alphabet.ts';
import type { TraceEvent } from './trace-event.ts';

/** What the events of a trace tell about the machine that it was taken on; a key is absent where they tell nothing. */
export interface TracedMachine {
  readonly arch?: 'x86' | 'arm';
  readonly vendor?: 'intel' | 'amd';
  /** EOImode of the host's GIC driver. */
  readonly gicEoiMode?: 0 | 1;
  /** The guest notifies a device on virtio-mmio. */
  readonly transport?: 'mmio';
  /** vhost-net works, or QEMU reads a tap. */
  readonly device?: 'virtio-net';
}

/** Works of vhost-net, whichever queue they are for. */
const VHOST_NET = new Set(['handle_tx_kick', 'handle_tx_net', 'handle_rx_kick', 'handle_rx_net']);

/** How far into a trace one has to look: every exit tells the architecture. */
const MOST_EVENTS = 20_000;

/** Reads the machine off the events: functions and reasons of exits that only one kind of machine has. */
export function machineOfTrace(events: readonly TraceEvent[]): TracedMachine {
  let machine: TracedMachine = {};
  for (const { name, args } of events.slice(0, MOST_EVENTS)) machine = { ...told(name, args), ...machine };
  return machine;
}

function told(name: string, args: string): TracedMachine {
  if (name.startsWith('function:')) {
    const called = name.slice('function:'.length);
    if (called.startsWith('svm_')) return { arch: 'x86', vendor: 'amd' };
    if (called.startsWith('vmx_')) return { arch: 'x86', vendor: 'intel' };
    if (called.startsWith('gic_eoimode1_')) return { arch: 'arm', gicEoiMode: 1 };
    if (called === 'gic_eoi_irq') return { arch: 'arm', gicEoiMode: 0 };
    if (VHOST_NET.has(called)) return { device: 'virtio-net' };
    return called.startsWith('vgic_') || called.startsWith('kvm_vgic_') ? { arch: 'arm' } : {};
  }
  if (name === 'kvm:kvm_mmio') return isVirtioMmioNotify(args) ? { transport: 'mmio' } : {};
  if (name === 'syscalls:sys_enter_read') return isTapRead(args) ? { device: 'virtio-net' } : {};
  if (name === 'kvm:vgic_update_irq_pending' || name === 'kvm:kvm_guest_fault') return { arch: 'arm' };
  if (name === 'kvm:kvm_apic_accept_irq' || name === 'kvm:kvm_inj_virq') return { arch: 'x86' };
  if (name !== 'kvm:kvm_exit') return {};
  // SVM's reasons are printed in lower case, VMX's in upper case, Arm's behind another word.
  const reason = /\breason (\w+)/.exec(args)?.[1];
  if (reason === undefined) return args.includes('HSR_EC') ? { arch: 'arm' } : {};
  return { arch: 'x86', vendor: reason === reason.toLowerCase() ? 'amd' : 'intel' };
}
