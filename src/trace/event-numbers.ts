/** The number behind `key`; NaN if the text has no such key. */
export function numberAfter(args: string, key: string, radix = 10): number {
  const at = args.indexOf(key);
  return at < 0 ? NaN : Number.parseInt(args.slice(at + key.length, at + key.length + 20), radix);
}

/** The `cmd` of an ioctl as the syscall tracer or perf print it, its sign extension cut off; empty if there is none. */
export function ioctlCommand(args: string): string {
  const at = args.indexOf('cmd: ');
  if (at < 0) return '';
  const end = args.indexOf(',', at);
  const text = args.slice(at + 5, end < 0 ? undefined : end);
  return text.startsWith('0x') ? text.slice(2) : text.replace(/^f{8}(?=[0-9a-f]{8}$)/, '');
}

/** Commands of ioctls that say how an interrupt is handed over (Linux include/uapi/linux/kvm.h, vfio.h), x86 and arm64. */
export const IOCTL: Readonly<Record<string, string>> = {
  '4008ae61': 'KVM_IRQ_LINE',
  c008ae67: 'KVM_IRQ_LINE',
  '4020aea5': 'KVM_SIGNAL_MSI',
  '4004ae86': 'KVM_INTERRUPT',
  '3b6e': 'VFIO_DEVICE_SET_IRQS',
  '3b71': 'VFIO_IOMMU_MAP_DMA',
  '3b72': 'VFIO_IOMMU_UNMAP_DMA',
};
