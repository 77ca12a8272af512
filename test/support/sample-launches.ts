import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text of each format that is read, with the name that its format is told from. */
export interface SampleLaunch {
  readonly fileName: string;
  readonly text: string;
}

const SAMPLES = join(import.meta.dirname, '../../samples');

function fromFile(fileName: string): SampleLaunch {
  return { fileName, text: readFileSync(join(SAMPLES, fileName), 'utf8') };
}

/** One of each format; the texts are whole, so that a part of one can stand behind another. */
export const SAMPLE_LAUNCHES: readonly SampleLaunch[] = [
  fromFile('xgmac.sh'),
  fromFile('virtio.sh'),
  fromFile('document-000.args'),
  fromFile('libvirt.xml'),
  {
    fileName: 'write.sh',
    text: `NIC=e1000e,id=n
cat > vm.sh <<EOF
exec qemu-system-x86_64 -M q35 -device $NIC,mac=\\$MAC \\
  -device 'nvme,serial=$S'
EOF
virsh define /dev/stdin <<-'END'
\t<domain type='kvm'><devices>
\t<interface type='network'><model type='virtio'/></interface></devices></domain>
\tEND
bash <<< "$(cat <<X
[device]
  driver = "e1000"
X
)"
`,
  },
  {
    fileName: 'Makefile',
    text: `QEMU ?= qemu-system-x86_64
OPTS = -M q35 \\
  -device vfio-pci,host=$(BDF),x-no-kvm-intx=$(SLOW)
SLOW := on
ifdef DEBUG
OPTS += -s
endif
run: all
\t@$(QEMU) $(OPTS) -append "a=$$B" -device '{"driver":"nvme","serial":"$(S)"}'
`,
  },
  {
    fileName: 'vm.service',
    text: `[Service]
Environment="OPTS=-device e1000e" A=1
ExecStart=-/usr/bin/qemu-system-x86_64 -M q35 \\
  # why
  -device vfio-pci,host=%i $OPTS
`,
  },
  {
    fileName: 'README.md',
    text: `# A machine

\`\`\`console
$ qemu-system-x86_64 -device virtio-blk-pci,ioeventfd=off \\
>   -device e1000
\`\`\`

> ~~~xml
> <hostdev mode='subsystem' type='pci'><driver name='vfio'/></hostdev>
> ~~~

    qemu-kvm -device nvme
`,
  },
  {
    fileName: 'vm.rst',
    text: `Run::

  |qemu_system| -M virt -device e1000

.. code-block:: console

   $ qemu-system-aarch64 -device vfio-pci,host=0000:01:00.0
`,
  },
  {
    fileName: 'run.py',
    text: `bdf = "0000:01:00.0"
def run(args):
    cmd = ["qemu-system-x86_64", "-device", f"vfio-pci,host={bdf},x-no-kvm-intx={args.x}"]
    if args.disk:
        cmd += ["-device", "virtio-blk-pci," "ioeventfd=off"]
    subprocess.run(cmd + ["-nographic"], check=True)
os.system("""qemu-kvm -device %s""" % name)
`,
  },
  {
    fileName: 'vm.nix',
    text: `{ config, ... }: let nic = "0000:01:00.0"; in {
  args = [ "-device" "vfio-pci,host=\${nic}" ] ++ [ "-device e1000" ];
  script = ''
    \${pkgs.qemu}/bin/qemu-system-x86_64 -device nvme,serial=''\${S}
  '';
}
`,
  },
  {
    fileName: 'vm.cfg',
    text: `[machine]
  type = "q35"

[device "net0"]
  driver = "virtio-net-pci"
  netdev = "n0"   # why

[netdev "n0"]
  type = "tap"
`,
  },
  {
    fileName: 'session.qmp',
    text: `-> { "execute": "netdev_add", "arguments": { "type": "tap", "id": "n", "vhost": true } }
<- { "return": {} }
-> { "execute": "device_add",
     "arguments": { "driver": "virtio-net-pci", "id": "net1", "netdev": "n" } }
`,
  },
  {
    fileName: '100.conf',
    text: `agent: 1
cores: 4
hostpci0: 0000:01:00,pcie=1
net0: virtio=BC:24:11:2A:3B:4C,bridge=vmbr0,queues=4
scsi0: local:vm-100-disk-0,iothread=1
scsihw: virtio-scsi-single
args: -device vfio-pci,host=0000:03:00.0 -set device.net0.ioeventfd=off

[snapshot]
net1: e1000=x
`,
  },
  {
    fileName: 'unittests.cfg',
    text: `# x86
[ioapic-split]
file = ioapic.flat
smp = $((($MAX_SMP < 4)?$MAX_SMP:4))
qemu_params = -M q35,kernel-irqchip=split -device e1000e -append "a b"
arch = x86_64
accel = kvm
groups = apic

[its]
file = its.elf
extra_params = """
-machine gic-version=3 \\
-device virtio-net-pci"""
arch = arm64
`,
  },
];
