/** What an answer assumes about the host: everything that no launch file says. */
export interface HostFacts {
  /** QEMU's release, e.g. `10.1`. */
  readonly qemu: string;
  /** The host kernel's release, e.g. `6.12`. */
  readonly kernel: string;
  /** Physical CPUs the model schedules on. */
  readonly cpus: number;
  /** The CPU that takes the device's physical interrupt (its affinity), counted from 0. */
  readonly irqCpu: number;
  /** The CPU that the vCPU thread is pinned to, counted from 0. */
  readonly vcpuCpu: number;
  /** EOImode of the host's GIC driver: 1 (priority drop and deactivation apart) on a host booted at EL2. */
  readonly gicEoiMode: 0 | 1;
  /** Versions of the GIC that the host's KVM can emulate for a guest; matters on Arm only. */
  readonly gic: '2' | '3' | '2+3';
  /** Who made the host's CPUs: VMX or SVM; matters on x86 only. */
  readonly vendor: 'intel' | 'amd';
  /** KVM's `enable_apicv`: APICv on Intel, AVIC on AMD; matters on x86 only. */
  readonly apicv: 'on' | 'off';
  /** Whether devices can post interrupts: VT-d posted interrupts, AMD IOMMU guest vAPIC, GICv4. */
  readonly posting: 'on' | 'off';
}

/** What an answer assumes about the guest. */
export interface GuestFacts {
  readonly kernel: string;
  /** Whether the guest uses MSI where the device offers it. */
  readonly msi: 'on' | 'off';
  /** Whether the guest drives its local APIC through MSRs; matters on x86 only. */
  readonly x2apic: 'on' | 'off';
  /** Whether the guest ends edge interrupts through the paravirtual EOI flag; matters on x86 only. */
  readonly pvEoi: 'on' | 'off';
}

/** All assumptions behind an answer; echoed with it. */
export interface Facts {
  readonly host: HostFacts;
  readonly guest: GuestFacts;
}
