import { describe, expect, it } from 'vitest';
import { CODE_NAMES, codeInRelease, tracePointInRelease } from '../../../src/catalog/code-names.ts';
import { compareReleases } from '../../../src/facts/releases.ts';
import { irqpath } from '../cli/irqpath.ts';

describe('the name of code in a release of QEMU', () => {
  it.each([
    ['QEMU hw/vfio/pci.c vfio_intx_eoi (intx.pending = false)', '10.0', 'vfio_intx_eoi (intx'],
    ['QEMU hw/vfio/pci.c vfio_intx_eoi (intx.pending = false)', '10.1', ' vfio_pci_intx_eoi (intx'],
    ['QEMU hw/vfio/pci.c vfio_pci_intx_eoi', '7.2', ' vfio_intx_eoi'],
    ['QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)', '8.1', 'softmmu/physmem.c'],
    ['QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)', '8.2', 'system/physmem.c'],
    [
      'QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)',
      '8.2',
      '(qemu_mutex_lock_iothread)',
    ],
    ['QEMU softmmu/physmem.c prepare_mmio_access (qemu_mutex_lock_iothread)', '9.0', '(bql_lock)'],
    ['QEMU hw/block/dataplane/virtio-blk.c', '10.1', 'hw/block/virtio-blk.c'],
    [
      'QEMU hw/vfio/common.c vfio_unmask_single_irqindex (x)',
      '8.1',
      'hw/vfio/common.c vfio_unmask_single_irqindex',
    ],
    [
      'QEMU hw/vfio/common.c vfio_unmask_single_irqindex (x)',
      '8.2',
      'hw/vfio/helpers.c vfio_unmask_single_irqindex',
    ],
    [
      'QEMU hw/vfio/common.c vfio_unmask_single_irqindex (x)',
      '10.1',
      'hw/vfio/device.c vfio_device_irq_unmask (x)',
    ],
    [
      'QEMU hw/vfio/common.c vfio_region_read, vfio_region_write',
      '10.1',
      'hw/vfio/region.c vfio_region_read, vfio_',
    ],
    [
      'QEMU hw/vfio/common.c vfio_listener_region_del (x)',
      '10.1',
      'hw/vfio/listener.c vfio_listener_region_del',
    ],
    ['Linux virt/kvm/eventfd.c irqfd_inject', '10.1', 'Linux virt/kvm/eventfd.c irqfd_inject'],
  ])('%s in %s', (at, qemu, expected) => {
    expect(codeInRelease(at, qemu)).toContain(expected);
  });

  it('is the same however often it is asked for, and comes back with the older release', () => {
    for (const { names, sources } of CODE_NAMES) {
      expect(sources.length).toBeGreaterThan(0);
      expect(names[0]?.since).toBeNull();
      const releases = names.flatMap(({ since }) => since ?? []);
      expect(releases).toEqual(releases.toSorted(compareReleases));
      for (const { name } of names) {
        const at = `QEMU ${name} rest`;
        const newest = codeInRelease(at, '11.0');
        expect(codeInRelease(newest, '11.0')).toBe(newest);
        expect(codeInRelease(newest, '1.0')).toBe(`QEMU ${names[0]?.name ?? ''} rest`);
      }
    }
  });

  it('is none for a trace point that the release does not have, and the later one where that has it', () => {
    expect(tracePointInRelease('qemu:vfio_intx_eoi (0000:01:00.0) EOI', '10.1')).toBe(
      'qemu:vfio_pci_intx_eoi (0000:01:00.0) EOI',
    );
    expect(tracePointInRelease('qemu:vfio_intx_eoi (0000:01:00.0) EOI', '10.0')).toContain('vfio_intx_eoi');
    expect(tracePointInRelease('qemu:virtio_blk_data_plane_start dataplane 0x1', '9.0')).toBeNull();
    expect(tracePointInRelease('qemu:apic_mem_writel 0xb0 = 0x00000000', '10.0')).toBe(
      'qemu:apic_register_write',
    );
    expect(tracePointInRelease('kvm:kvm_eoi apicid 0 vector 36', '10.1')).toContain('kvm:kvm_eoi');
  });

  it('is what a run shows, by the release that it assumes', async () => {
    const steps = async (qemu: string): Promise<string> => {
      const set = ['--path', 'vfio-pci/intx-userspace', '--irqs', '1', '--host', `qemu=${qemu}`, '--json'];
      return (await irqpath(['simulate', ...set])).out;
    };
    const [older, newer] = [await steps('7.2'), await steps('10.1')];
    expect(older).toContain('hw/vfio/pci.c vfio_intx_eoi');
    expect(older).toContain('softmmu/');
    expect(newer).toContain('hw/vfio/pci.c vfio_pci_intx_eoi');
    expect(newer).toContain('qemu:vfio_pci_intx_eoi (');
    expect(newer).not.toMatch(/softmmu|qemu_mutex_lock_iothread|[ :]vfio_intx_eoi/);
  });
});
