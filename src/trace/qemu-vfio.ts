import { SourceTally } from './source-tally.ts';
import { addEvent, newCycle } from './trace-cycle.ts';
import type { TraceCycle } from './trace-cycle.ts';
import type { TraceEvent } from './trace-event.ts';

/** What QEMU's log shows of one interrupt of a device. */
export interface LoggedSource {
  readonly key: string;
  readonly leg: 'interrupt' | 'kick' | 'call';
  readonly path: string;
  /** Without cycles: how it was set up. */
  readonly tally: SourceTally;
}

/** A way of handing over interrupts that QEMU set up; with irqfd that is all it sees of them. */
interface Setup {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const DEVICE = /^\(([^)]*)\)/;
const DEVICE_OF_KEY = /\(([^)]*)\)$/;

/** Follows VFIO devices through QEMU's log: interrupts that pass through QEMU, and how the others were set up. */
export class QemuVfio {
  readonly #tallies = new Map<string, LoggedSource>();
  readonly #cycles = new Map<string, TraceCycle>();
  /** By device, the last way that was set up. */
  readonly #setups = new Map<string, Setup>();
  readonly #msix = new Set<string>();
  readonly #withMessages = new Set<string>();
  #platformDevice = 'vfio-platform';
  /** Routes of no device: a pin of an IOAPIC of QEMU's each. */
  #pinRoutes = 0;
  /** Whose MSI-X vector is being set up. */
  #vectorOf: string | null = null;
  /** Routes of MSI vectors, whose device is named behind them. */
  readonly #routes: { readonly vector: string; readonly line: number }[] = [];

  see(event: TraceEvent): void {
    const { name, args, line } = event;
    const device = DEVICE.exec(args)?.[1] ?? '';
    switch (name) {
      case 'qemu:vfio_intx_interrupt':
        this.#begin(`vfio-intx(${device})`, 'vfio-pci/intx-userspace', event);
        return;
      case 'qemu:vfio_intx_eoi':
      case 'qemu:vfio_pci_intx_eoi':
        this.#end(`vfio-intx(${device})`, 'vfio-pci/intx-userspace', event);
        return;
      case 'qemu:vfio_msi_interrupt': {
        const vector = /vector (\d+)/.exec(args)?.[1] ?? '0';
        const key = `vfio-${this.#msix.has(device) ? 'msix' : 'msi'}[${vector}](${device})`;
        this.#withMessages.add(device);
        this.#begin(key, 'vfio-pci/msi-userspace', event);
        this.#end(key, 'vfio-pci/msi-userspace', event);
        return;
      }
      case 'qemu:vfio_platform_realize':
        this.#platformDevice = /vfio device (\S+?),/.exec(args)?.[1] ?? this.#platformDevice;
        return;
      case 'qemu:vfio_platform_intp_interrupt':
      case 'qemu:vfio_platform_intp_inject_pending_lockheld':
        this.#begin(this.#platformKey(args), 'vfio-platform/userspace', event);
        return;
      case 'qemu:vfio_platform_eoi':
        this.#end(this.#platformKey(args), 'vfio-platform/userspace', event);
        return;
      case 'qemu:vfio_platform_start_irqfd_injection':
      case 'qemu:vfio_platform_start_level_irqfd_injection':
      case 'qemu:vfio_platform_start_edge_irqfd_injection': {
        const text = `QEMU set up an irqfd (${name.slice('qemu:'.length)})`;
        this.#setups.set(this.#platformKey(args), { path: 'vfio-platform/irqfd', line, text });
        return;
      }
      case 'qemu:vfio_intx_enable_kvm': {
        const path = this.#pinRoutes > 8 ? 'vfio-pci/intx-split' : 'vfio-pci/intx-irqfd';
        const text = 'QEMU set up a resampling irqfd (vfio_intx_enable_kvm)';
        this.#setups.set(`vfio-intx(${device})`, { path, line, text });
        return;
      }
      case 'qemu:vfio_msix_enable':
      case 'qemu:vfio_msix_vector_do_use':
        this.#msix.add(device);
        this.#vectorOf = device;
        return;
      case 'qemu:vfio_msi_enable':
        for (const { vector, line: at } of this.#routes) this.#setUpVector(device, vector, at);
        this.#routes.length = 0;
        return;
      case 'qemu:kvm_irqchip_add_msi_route':
        this.#addRoute(event);
        return;
      case 'qemu:vfio_region_read':
      case 'qemu:vfio_region_write':
        for (const [key, cycle] of this.#cycles) {
          if (key.includes(`(${/^\(([^)]*):region/.exec(args)?.[1] ?? ''})`)) note(cycle, event);
        }
        return;
      default:
    }
  }

  /** Everything that was found; call it once, at the end. */
  sources(): LoggedSource[] {
    for (const [key, { path, line, text }] of this.#setups) {
      // A device with messages goes back to its line when it is reset.
      const usesMessages =
        key.startsWith('vfio-intx') && this.#withMessages.has(DEVICE_OF_KEY.exec(key)?.[1] ?? '');
      if (this.#tallies.has(key) || usesMessages) continue;
      const { tally } = this.#source(key, path);
      tally.why.set(text, { line, count: 1 });
    }
    return [...this.#tallies.values()];
  }

  #addRoute({ args, line }: TraceEvent): void {
    if (args.startsWith('dev N/A')) {
      this.#pinRoutes++;
      return;
    }
    const [, vector = ''] = /^dev vfio-pci vector (\d+)/.exec(args) ?? [];
    if (vector === '') return;
    if (this.#vectorOf === null) this.#routes.push({ vector, line });
    else this.#setUpVector(this.#vectorOf, vector, line);
    this.#vectorOf = null;
  }

  #setUpVector(device: string, vector: string, line: number): void {
    this.#withMessages.add(device);
    const key = `vfio-${this.#msix.has(device) ? 'msix' : 'msi'}[${vector}](${device})`;
    const text = 'QEMU gave the vector a route in KVM, for an irqfd (kvm_irqchip_add_msi_route)';
    this.#setups.set(key, { path: 'vfio-pci/msi-irqfd', line, text });
  }

  #platformKey(args: string): string {
    const pin = /(?:#|pin |index=)(\d+)/.exec(args)?.[1] ?? '0';
    return `vfio-irq #${pin} (${this.#platformDevice})`;
  }

  #begin(key: string, path: string, event: TraceEvent): void {
    this.#close(key, path);
    const cycle = newCycle('host interrupt', event);
    note(cycle, event);
    this.#cycles.set(key, cycle);
  }

  #end(key: string, path: string, event: TraceEvent): void {
    const cycle = this.#cycles.get(key);
    if (cycle === undefined) return;
    if (event.line !== cycle.line) {
      note(cycle, event);
      cycle.ending = { how: 'access', line: event.line };
    }
    this.#close(key, path);
  }

  #close(key: string, path: string): void {
    const cycle = this.#cycles.get(key);
    if (cycle === undefined) return;
    this.#cycles.delete(key);
    const why = [{ line: cycle.line, text: `QEMU itself injected it (${cycle.events[0]?.label ?? ''})` }];
    if (cycle.ending !== null) {
      why.push({ line: cycle.ending.line, text: 'an access of the guest was taken for its end' });
    }
    this.#source(key, path).tally.add(cycle, cycle.ending !== null || path.includes('msi') ? 1 : 0.9, why);
  }

  #source(key: string, path: string): LoggedSource {
    let source = this.#tallies.get(key);
    if (source === undefined) {
      source = { key, leg: 'interrupt', path, tally: new SourceTally() };
      this.#tallies.set(key, source);
    }
    return source;
  }
}

function note(cycle: TraceCycle, event: TraceEvent): void {
  addEvent(cycle, `QEMU thread ${event.task?.pid ?? 0}`, event.name.slice('qemu:'.length), event);
}
