import { SourceTally } from './source-tally.ts';
import type { LoggedSource } from './qemu-vfio.ts';
import type { TraceEvent } from './trace-event.ts';

const UPDATE =
  /(enabled and being updated|disabled) for irq (\d+), vcpu (-?\d+), gsi: \w+, gvec: (0x[0-9a-f]+)/;

/**
 * Host interrupts that the IOMMU posts to a vCPU (`kvm_pi_irte_update`, Linux arch/x86/kvm/trace.h). Those themselves
 * leave no trace point: only that they are set up so is seen.
 */
export class PostedInterrupts {
  readonly #sources = new Map<string, LoggedSource>();

  see({ args, line }: TraceEvent): void {
    const [, what = '', irq = '', vcpu = '', vector = ''] = UPDATE.exec(args) ?? [];
    if (irq === '') return;
    const key = `host interrupt ${irq}`;
    if (what === 'disabled') {
      this.#sources.delete(key);
      return;
    }
    const tally = new SourceTally();
    const text = `kvm_pi_irte_update: it is posted to vCPU ${vcpu} as vector ${vector}; what is posted leaves no trace point`;
    tally.why.set(text, { line, count: 1 });
    this.#sources.set(key, { key, leg: 'interrupt', path: 'vfio-pci/posted', tally });
  }

  sources(): LoggedSource[] {
    return [...this.#sources.values()];
  }
}
