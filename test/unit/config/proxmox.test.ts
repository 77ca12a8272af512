import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';

/** The flags of `-cpu` that the VM gets. */
function flags(settings: string): readonly string[] {
  const file = readLaunchFile(
    `${settings}\nmemory: 2048\nscsihw: virtio-scsi-pci\nboot: order=net0\n`,
    '100.conf',
  );
  if (!file.ok) throw new Error(file.error.message);
  return (file.value.machines[0]?.cpu ?? []).map(({ key, value }) => `${key.text}=${value?.text ?? ''}`);
}

describe('a VM of Proxmox', () => {
  it('hides KVM from its guest, where that is asked for or a card is its display', () => {
    expect(flags('cpu: host,hidden=1')).toEqual(['model=host', 'kvm=off']);
    expect(flags('cpu: host\nhostpci0: 0000:01:00,pcie=1,x-vga=1')).toEqual(['model=host', 'kvm=off']);
    expect(flags('hostpci0: 0000:01:00,x-vga=1')).toEqual(['model=kvm64', 'kvm=off']);
    expect(flags('cpu: host\nhostpci0: 0000:01:00,pcie=1,x-vga=0')).toEqual(['model=host']);
  });
});
