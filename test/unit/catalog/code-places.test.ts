import { describe, expect, it } from 'vitest';
import { codePlaces, inAllReleases } from '../../../src/catalog/code-places.ts';

const words = (at: string): string[] =>
  codePlaces(at).map(({ tree, file, name }) => `${tree} ${file} ${name}`);

describe('the functions that a step names', () => {
  it.each([
    [
      'QEMU hw/vfio/pci.c vfio_intx_eoi (intx.pending = false; pci_irq_deassert)',
      ['QEMU hw/vfio/pci.c vfio_intx_eoi'],
    ],
    [
      'Linux arch/x86/kvm/ioapic.c ioapic_set_irq, ioapic_service',
      ['Linux arch/x86/kvm/ioapic.c ioapic_set_irq', 'Linux arch/x86/kvm/ioapic.c ioapic_service'],
    ],
    [
      'Linux arch/arm64/kvm/arm.c kvm_arch_vcpu_ioctl_run (trace_kvm_exit), handle_exit.c handle_exit',
      [
        'Linux arch/arm64/kvm/arm.c kvm_arch_vcpu_ioctl_run',
        'Linux arch/arm64/kvm/handle_exit.c handle_exit',
      ],
    ],
    [
      'QEMU hw/virtio/virtio.c virtqueue_flush; QEMU hw/block/virtio-blk.c f (g (h), i)',
      ['QEMU hw/virtio/virtio.c virtqueue_flush', 'QEMU hw/block/virtio-blk.c f'],
    ],
    [
      'Linux arch/x86/entry/entry_64.S asm_common_interrupt',
      ['Linux arch/x86/entry/entry_64.S asm_common_interrupt'],
    ],
    ['Linux kernel/sched/idle.c do_idle, any other code', ['Linux kernel/sched/idle.c do_idle']],
    ['Linux arch/x86/entry/entry_64.S (iret)', []],
    ['hardware: interrupt cause register (ICR) of the 8254x, INTx pin', []],
    ['KVM_EOIFD v7 (LKML 2012-07-24, never merged; its code was not found): eventfd_signal', []],
    ['what-if, not in any release: KVM lowers the line', []],
    ['QEMU: nothing more is done here', []],
  ])('%s', (at, expected) => {
    expect(words(at)).toEqual(expected);
  });

  it('have the names of all releases, from whichever one asks', () => {
    const [older] = codePlaces('QEMU hw/vfio/pci.c vfio_intx_eoi');
    const [newer] = codePlaces('QEMU hw/vfio/pci.c vfio_pci_intx_eoi');
    const [moved] = codePlaces('QEMU system/physmem.c prepare_mmio_access');
    if (!older || !newer || !moved) throw new Error('no place');
    expect(inAllReleases(older).names).toEqual(['vfio_intx_eoi', 'vfio_pci_intx_eoi']);
    expect(inAllReleases(newer).names).toEqual(['vfio_pci_intx_eoi', 'vfio_intx_eoi']);
    expect(inAllReleases(moved).files).toEqual(['system/physmem.c', 'softmmu/physmem.c']);
    expect(inAllReleases({ ...older, tree: 'Linux' }).names).toEqual(['vfio_intx_eoi']);
    expect(
      inAllReleases({ tree: 'QEMU', file: 'hw/vfio/common.c', name: 'vfio_unmask_single_irqindex' }),
    ).toEqual({
      files: ['hw/vfio/common.c', 'hw/vfio/helpers.c', 'hw/vfio/device.c'],
      names: ['vfio_unmask_single_irqindex', 'vfio_device_irq_unmask'],
    });
  });
});
