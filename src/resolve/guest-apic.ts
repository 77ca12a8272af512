import type { VmDescription } from '../config/launch-file.ts';
import { cpuFlag } from './cpu-flag.ts';

/** What `-cpu` says of the local APIC of an x86 guest with Linux; undefined: nothing, or nothing certain. */
export interface GuestApic {
  /** Driven through MSRs. */
  readonly x2apic: boolean | undefined;
  /** Ends of edge interrupts through a flag in memory. */
  readonly pvEoi: boolean | undefined;
}

/**
 * Reads the flags, and what follows where `kvm=off` hides KVM from the guest: Linux then finds no PV EOI, and uses x2APIC
 * only with interrupt remapping. Hyper-V's enlightenments bring both back: `hv-vapic` has the same flag in memory.
 * Source: QEMU target/i386/kvm/kvm.c kvm_arch_init_vcpu (expose_kvm); Linux arch/x86/kernel/apic/apic.c try_to_enable_x2apic,
 * arch/x86/kernel/kvm.c kvm_x2apic_available, arch/x86/hyperv/hv_apic.c hv_apic_eoi_write.
 */
export function guestApic(vm: VmDescription, isRemapped: boolean | undefined): GuestApic {
  const x2apic = cpuFlag(vm, ['x2apic']);
  const pvEoi = cpuFlag(vm, ['kvm-pv-eoi', 'kvm_pv_eoi']);
  if (cpuFlag(vm, ['kvm']) !== false) return { x2apic, pvEoi };
  const enlightenments = vm.cpu.filter(({ key }) => /^\+?hv[-_]/.test(key.text));
  const hasVapic = enlightenments.some(({ key }) => /^\+?hv[-_](?:vapic|passthrough)$/.test(key.text));
  return {
    x2apic: enlightenments.length === 0 && isRemapped === false ? false : x2apic,
    pvEoi: hasVapic ? undefined : false,
  };
}
