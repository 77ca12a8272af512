import { describe, expect, it } from 'vitest';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { at, devices } from '../../support/read-devices.ts';
import { unwrap } from '../../support/unwrap.ts';

function machines(text: string): readonly VmDescription[] {
  return unwrap(readLaunchFile(text, 'vm.nix')).machines;
}

describe('a Nix expression', () => {
  it('reads lists of options, with bindings that are plain', () => {
    const text = `{ config, pkgs, ... }:
let
  nic = "0000:01:00.0"; # the card
  mode = "a";
in {
  x = { mode = "b"; };
  microvm.qemu.extraArgs = [
    "-device" "vfio-pci,host=\${nic},x-no-kvm-intx=\${mode}"
    /* "-device" "e1000" */
    "-device"
    "vfio-platform,host=\${config.eth}"
  ] ++ lib.optionals debug [ "-device qemu-xhci -device usb-host,vendorid=0x0001" ];
}
`;
    const [first, second, ...others] = machines(text);
    expect(others).toEqual([]);
    expect(first && devices(first)).toEqual([
      'vfio-pci 0000:01:00.0 <$(mode)>',
      'vfio-platform <$(config.eth)>',
    ]);
    const host = first?.devices[1]?.properties[0];
    expect(host && at(text, host.range)).toBe('host=${config.eth}');
    expect(second && devices(second)).toEqual(['qemu-xhci', 'usb-host 0x0001']);
  });

  it('reads scripts in strings', () => {
    const text = `pkgs.writeShellScript "run" ''
  \${pkgs.qemu}/bin/qemu-system-x86_64 -M q35 \\
    -device virtio-blk-pci,ioeventfd=''\${IOEVENTFD}
''`;
    const [vm] = machines(text);
    expect(vm?.target).toBe('x86_64');
    expect(vm && devices(vm)).toEqual(['virtio-blk-pci <${IOEVENTFD}>']);
    expect(vm?.devices[0] && at(text, vm.devices[0].range)).toBe(
      "-device virtio-blk-pci,ioeventfd=''${IOEVENTFD}",
    );
  });
});
