import type { Binding, Claim } from './alphabet.ts';
import { ioctlClaim, PPOLL_READY } from './system-call-claims.ts';

const IOCTLS: Readonly<Record<string, string>> = {
  '3b6e': 'VFIO_DEVICE_SET_IRQS',
  '3b71': 'VFIO_IOMMU_MAP_DMA',
  '3b72': 'VFIO_IOMMU_UNMAP_DMA',
  ae80: 'KVM_RUN',
};
/** The virt machine's distributor. */
const GICD_PAGE = 0x0800_0000;
const PAGE_MASK = ~0xfff;

function numberAfter(args: string, key: string, radix = 10): number {
  const at = args.indexOf(key);
  return at < 0 ? NaN : Number.parseInt(args.slice(at + key.length), radix);
}

/** `0 level 1` for the first line; null for other interrupts. */
function levelOf(
  args: string,
  numberKey: string,
  levelKey: string,
  numbers: readonly number[],
): string | null {
  const line = numbers.indexOf(numberAfter(args, numberKey));
  return line < 0 ? null : `line ${String(line)} level ${String(numberAfter(args, levelKey))}`;
}

function named(name: string, rest: string | null): string | null {
  return rest === null ? null : `${name} ${rest}`;
}

/** `line 0 status` and the like for an access of the device, `GICD` for one of the distributor. */
function registerAt(gpa: number, isRead: boolean, { pages, registers }: Binding): string | null {
  const page = gpa & PAGE_MASK;
  if (page === GICD_PAGE) return 'GICD';
  const line = pages.indexOf(page);
  if (line < 0) return null;
  const register = registers[line];
  const offset = gpa - page;
  if (register === undefined) return `line ${String(line)}`;
  const role =
    offset === (isRead ? register.status : register.clear) ? (isRead ? 'status' : 'clear') : 'other';
  return `line ${String(line)} ${role}`;
}

function exitKind(args: string): string {
  if (args.startsWith('IRQ')) return 'kvm:kvm_exit IRQ';
  if (args.includes('(WFx)')) return 'kvm:kvm_exit WFx';
  return args.includes('(DABT_LOW)') ? 'kvm:kvm_exit DABT_LOW' : 'kvm:kvm_exit other trap';
}

const BY_INTERRUPT: Readonly<Record<string, Claim>> = {
  'irq:irq_handler_entry': {
    event: (args, { hostIrqs }) => handlerLine('irq:irq_handler_entry', args, hostIrqs),
  },
  'irq:irq_handler_exit': {
    event: (args, { hostIrqs }) => handlerLine('irq:irq_handler_exit', args, hostIrqs),
  },
  'kvm:kvm_irq_line': {
    event: (args, { intids }) => named('kvm:kvm_irq_line', levelOf(args, 'num: ', 'level: ', intids)),
  },
  'kvm:vgic_update_irq_pending': {
    event: (args, { intids }) =>
      named('kvm:vgic_update_irq_pending', levelOf(args, 'IRQ ', 'level: ', intids)),
  },
  'kvm:kvm_set_irq': {
    event: (args, { intids }) =>
      named(
        'kvm:kvm_set_irq',
        levelOf(
          args,
          'gsi ',
          'level ',
          intids.map((intid) => intid - 32),
        ),
      ),
  },
  'kvm:kvm_ack_irq': {
    event: (args, { intids }) => {
      const line = intids.indexOf(numberAfter(args, 'pin ') + 32);
      return line < 0 ? null : `kvm:kvm_ack_irq line ${String(line)}`;
    },
  },
};

function handlerLine(name: string, args: string, hostIrqs: readonly number[]): string | null {
  const line = hostIrqs.indexOf(numberAfter(args, 'irq='));
  return line < 0 ? null : `${name} line ${String(line)}`;
}

/** The driver's handler and what it calls, told by who calls it. */
const IN_THE_HANDLER: Readonly<Record<string, Claim>> = {
  'function:handle_fasteoi_irq': { follows: ['fasteoi'] },
  'function:vfio_automasked_irq_handler': {},
  'function:vfio_irq_handler': {},
  'function:disable_irq_nosync': { callers: ['vfio_automasked_irq_handler'] },
  'function:irq_disable': { follows: ['function:disable_irq_nosync'] },
  'function:eventfd_signal_mask': {
    callers: [
      'vfio_automasked_irq_handler',
      'vfio_irq_handler',
      'irqfd_resampler_ack',
      'irqfd_resampler_notify',
    ],
  },
  'function:irqfd_wakeup': { follows: ['function:eventfd_signal_mask'] },
  'function:kvm_arch_set_irq_inatomic': { follows: ['function:irqfd_wakeup'] },
  'function:gic_mask_irq': { follows: ['function:handle_fasteoi_irq'] },
  'function:gic_eoimode1_mask_irq': { follows: ['function:handle_fasteoi_irq'] },
  'function:gic_eoimode1_eoi_irq': { follows: 'any' },
  'function:gic_eoi_irq': { follows: 'any' },
};

/** Injection and the end of an interrupt. */
const IN_KVM: Readonly<Record<string, Claim>> = {
  'function:vgic_queue_irq_unlock': { follows: ['kvm:vgic_update_irq_pending'] },
  'function:kvm_vcpu_kick': { follows: ['function:vgic_queue_irq_unlock'] },
  'function:irqfd_resampler_ack': { follows: ['kvm:kvm_ack_irq'] },
  'function:virqfd_wakeup': { follows: ['function:eventfd_signal_mask'] },
  'function:vfio_platform_unmask_handler': {},
  'function:vfio_platform_unmask': {},
  'function:vfio_platform_set_irqs_ioctl': {},
  'function:enable_irq': { callers: ['vfio_platform_unmask'] },
  'function:gic_unmask_irq': { follows: ['function:enable_irq'] },
};

/** What a vCPU thread goes through. */
const IN_THE_VCPU_THREAD: Readonly<Record<string, Claim>> = {
  'kvm:kvm_entry': { event: () => 'kvm:kvm_entry' },
  'kvm:kvm_exit': { event: exitKind },
  'kvm:kvm_wfx_arm64': { event: () => 'kvm:kvm_wfx_arm64' },
  'kvm:kvm_vcpu_wakeup': { event: () => 'kvm:kvm_vcpu_wakeup' },
  'kvm:kvm_userspace_exit': {
    event: (args) =>
      args.includes('KVM_EXIT_MMIO') ? 'kvm:kvm_userspace_exit MMIO' : 'kvm:kvm_userspace_exit',
  },
  'kvm:kvm_guest_fault': {
    event: (args, { pages }) => {
      const page = numberAfter(args, 'ipa 0x', 16) & PAGE_MASK;
      if (page === GICD_PAGE) return 'kvm:kvm_guest_fault GICD';
      const line = pages.indexOf(page);
      return line < 0 ? null : `kvm:kvm_guest_fault line ${String(line)}`;
    },
  },
  'kvm:kvm_mmio': {
    event: (args, binding) => {
      const [, kind = ''] = args.split(' ');
      const register = registerAt(numberAfter(args, 'gpa 0x', 16), kind !== 'write', binding);
      return register === null ? null : `kvm:kvm_mmio ${kind} ${register}`;
    },
  },
  'function:kvm_vcpu_halt': {},
  'function:kvm_vgic_flush_hwstate': {},
  'function:kvm_vgic_sync_hwstate': {},
  'function:kvm_pgtable_stage2_map': { follows: ['kvm:kvm_guest_fault'] },
};

/** What QEMU asks of the kernel. */
const BY_QEMU: Readonly<Record<string, Claim>> = {
  'syscalls:sys_enter_ioctl': ioctlClaim(IOCTLS),
  'syscalls:sys_exit_ppoll': PPOLL_READY,
  'syscalls:sys_enter_pread64': { event: () => 'syscalls:sys_enter_pread64' },
  'syscalls:sys_enter_pwrite64': { event: () => 'syscalls:sys_enter_pwrite64' },
  'function:vfio_platform_read': {},
  'function:vfio_platform_write': {},
  'function:eventfd_read': {},
  'function:kvm_set_memory_region': {},
  // The capture's own probe on kvm_set_memslot prints the kind of change, which the function's line does not.
  memregion: { event: slotChange },
  'function:kvm_set_memslot': {
    event: (args) => (args.startsWith('change') ? slotChange(args) : null),
    needs: ['memregion'],
  },
  'function:kvm_arch_flush_shadow_memslot': {},
  'function:kvm_pgtable_stage2_unmap': { follows: ['function:kvm_arch_flush_shadow_memslot'] },
};

function slotChange(args: string): string {
  return `function:kvm_set_memslot change ${String(numberAfter(args, 'change='))}`;
}

/** Every event that is claimed of a device behind vfio-platform on Arm, whoever injects. */
export const VFIO_PLATFORM_CLAIMS: Readonly<Record<string, Claim>> = {
  ...BY_INTERRUPT,
  ...IN_THE_HANDLER,
  ...IN_KVM,
  ...IN_THE_VCPU_THREAD,
  ...BY_QEMU,
};
