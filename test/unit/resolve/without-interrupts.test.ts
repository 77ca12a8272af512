import { describe, expect, it } from 'vitest';
import { resolveMachine } from './resolve.ts';

function notes(options: string): readonly (string | null)[] {
  return resolveMachine(`qemu-system-x86_64 -M q35,accel=kvm ${options}`).devices.map(({ note }) => note);
}

describe('a device without interrupts of its own', () => {
  it('names the controller whose interrupts tell of its work', () => {
    expect(notes('-device virtio-scsi-pci,id=scsi0 -device scsi-hd,bus=scsi0.0,drive=d')).toEqual([
      null,
      'scsi-hd has no interrupts of its own: those of scsi0 (virtio-scsi-pci) tell of its work',
    ]);
  });

  it("says so where the controller is not named, or is the machine's own", () => {
    const note =
      'ide-hd has no interrupts of its own: those of the controller that it is on tell of its work';
    expect(notes('-device ide-hd,drive=d -device ide-hd,bus=ide.0,drive=e')).toEqual([note, note]);
  });

  it('may be a bridge', () => {
    expect(notes('-device pcie-root-port,id=rp -device vfio-pci,bus=rp,host=01:00.0')).toEqual([
      'pcie-root-port is a bridge: what is behind it has paths of its own; its hot-plug interrupt is not modelled',
      null,
    ]);
  });

  it('may be an IOMMU, which counts for those of others', () => {
    expect(notes('-device intel-iommu,intremap=on')).toEqual([
      'what intel-iommu does to the interrupts of other devices is told with them; those that tell of its faults are not modelled',
    ]);
  });

  it.each(['usb-ehci', 'qxl-vga'])('is none of %s, which is not modelled', (driver) => {
    expect(notes(`-device ${driver}`)).toEqual([`${driver} is not modelled yet`]);
  });
});
