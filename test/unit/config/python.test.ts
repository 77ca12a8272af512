import { describe, expect, it } from 'vitest';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { at, devices } from '../../support/read-devices.ts';
import { unwrap } from '../../support/unwrap.ts';

function machines(text: string): readonly VmDescription[] {
  return unwrap(readLaunchFile(text, 'run.py')).machines;
}

describe('a Python program', () => {
  it('reads a list that begins with QEMU, with the place of every property', () => {
    const text = `import subprocess
bdf = "0000:01:00.0"  # the card
cmd = ["qemu-system-x86_64", '-enable-kvm', # a comment
    "-device", f"vfio-pci,host={bdf},x-no-kvm-intx={flag}",
    "-device", "virtio-net-pci,"
               "ioeventfd=off",
]
subprocess.run(cmd)
`;
    const [vm, ...others] = machines(text);
    expect(others).toEqual([]);
    expect([vm?.target, vm?.accelerators.length]).toEqual(['x86_64', 1]);
    expect(vm && devices(vm)).toEqual(['vfio-pci 0000:01:00.0 <$(flag)>', 'virtio-net-pci off']);
    expect(vm?.devices[1]?.properties.map(({ range }) => at(text, range))).toEqual(['ioeventfd=off']);
    expect(vm?.devices[0]?.properties[1] && at(text, vm.devices[0].properties[1].range)).toBe(
      'x-no-kvm-intx={flag}',
    );
  });

  it('follows lists that are added to, and reads conditional additions as fragments', () => {
    const text = `def run(fast):
    args = ["-machine", "q35"]
    args += ["-device", "e1000e"]
    args.extend(["-device", "nvme"])
    args.append("-enable-kvm")
    if fast:
        args += ["-device", "virtio-blk-pci,ioeventfd=on"]
    subprocess.check_call([QEMU_BINARY] + args + ["-nographic"])
`;
    const [second, first, ...others] = machines(text);
    expect(others).toEqual([]);
    expect(first && devices(first)).toEqual(['e1000e', 'nvme']);
    expect(first?.binary).toMatchObject({ text: '$(QEMU_BINARY)', known: false });
    expect(second && [second.binary, devices(second)]).toEqual([null, ['virtio-blk-pci on']]);
  });

  it('reads commands in strings of any kind', () => {
    const text = `os.system("qemu-system-aarch64 -M virt -device 'vfio-pci,host=%s'" % bdf)
CMD = r'''
qemu-system-x86_64 \\
  -device e1000
'''
run("qemu-kvm -M q35 -device virtio-net-pci,mac={}".format(mac).split())
run(" ".join(["qemu-kvm", "-M", "q35", "-device", "nvme"]))
`;
    expect(machines(text).map(devices)).toEqual([
      ['vfio-pci <$(%s)>'],
      ['e1000'],
      ['virtio-net-pci <$(__)>'],
      ['nvme'],
    ]);
  });

  it("reads the arguments of QEMU's own tests", () => {
    const text = `class T(QemuSystemTest):
    def test(self):
        self.vm.add_args('-device', 'virtio-blk-pci,iothread=t0')
        self.vm.launch()
`;
    expect(machines(text).map(devices)).toEqual([['virtio-blk-pci t0']]);
  });

  it('finds nothing in other strings and lists', () => {
    expect(machines('x = ["kvm", "intel"]\n"""qemu is nice"""\nprint("-device")\n')).toEqual([]);
  });
});
