import { describe, expect, it } from 'vitest';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { at, devices } from '../../support/read-devices.ts';
import { unwrap } from '../../support/unwrap.ts';

function machines(text: string, fileName: string): readonly VmDescription[] {
  return unwrap(readLaunchFile(text, fileName)).machines;
}

describe('a Makefile', () => {
  const MAKEFILE = `QEMU ?= qemu-system-aarch64
OPTS := -M virt,gic-version=3 \\
	-device virtio-net-pci,ioeventfd=off # the network
OPTS += -device vfio-pci,host=$(BDF),x-no-kvm-intx=on
ifeq ($(FAST),1)
IOEVENTFD = on
else
IOEVENTFD = off
endif

run: image
	@echo starting
	-$(QEMU) $(OPTS) -append "console=$$TTY" \\
		-device 'virtio-blk-pci,drive=d,ioeventfd=$(IOEVENTFD)' -kernel $<
`;

  it('puts variables in as make does, and leaves conditional ones unknown', () => {
    const [vm] = machines(MAKEFILE, 'Makefile');
    expect([vm?.target, vm?.machine.map(({ value }) => value?.text)]).toEqual(['aarch64', ['virt', '3']]);
    expect(vm && devices(vm)).toEqual([
      'virtio-net-pci off',
      'vfio-pci <$(BDF)> on',
      'virtio-blk-pci d <$(IOEVENTFD)>',
    ]);
    expect(vm?.problems).toEqual([]);
  });

  it('gives options the place where they are written', () => {
    const [vm] = machines(MAKEFILE, 'Makefile');
    expect(vm?.devices.map(({ range }) => at(MAKEFILE, range))).toEqual([
      '-device virtio-net-pci,ioeventfd=off',
      '-device vfio-pci,host=$(BDF),x-no-kvm-intx=on',
      "-device 'virtio-blk-pci,drive=d,ioeventfd=$(IOEVENTFD)'",
    ]);
    expect(vm?.devices[1]?.properties.map(({ range }) => at(MAKEFILE, range))).toEqual([
      'host=$(BDF)',
      'x-no-kvm-intx=on',
    ]);
    expect(vm && at(MAKEFILE, vm.range).startsWith('$(QEMU) $(OPTS)')).toBe(true);
  });

  it('reads options that no recipe uses as a fragment', () => {
    const [vm] = machines('QEMU_EXTRA = -device vfio-pci,host=0000:01:00.0\n', 'extra.mk');
    expect(vm && [vm.binary, devices(vm)]).toEqual([null, ['vfio-pci 0000:01:00.0']]);
  });

  it('keeps what is certain of a variable to which a condition adds', () => {
    const text =
      'OPTS = -M q35 -device e1000\nifdef DEBUG\nOPTS += -device nvme\nendif\nr:\n\tqemu-system-x86_64 $(OPTS) -nographic\n';
    const [vm, fragment] = machines(text, 'Makefile');
    expect(vm && devices(vm)).toEqual(['e1000']);
    expect(vm?.unknownArguments.map((argument) => at(text, argument.range))).toEqual(['$(OPTS)']);
    expect(fragment && [fragment.binary, devices(fragment)]).toEqual([null, ['nvme']]);
  });

  it('does not hang on variables that hold each other', () => {
    const loop = 'A = $(B) $(B)\nB = $(A) $(A)\nrun:\n\tqemu-system-x86_64 $(A) -device e1000\n';
    expect(machines(loop, 'Makefile').flatMap(devices)).toEqual(['e1000']);
    const doubling = Array.from({ length: 40 }, (_, i) => `V${i + 1} = $(V${i}) $(V${i})\n`).join('');
    expect(machines(`V0 = -device e1000\n${doubling}r:\n\tqemu-kvm -M q35 $(V40)\n`, 'x.mk')).toBeDefined();
  });
});

describe('a systemd unit', () => {
  const UNIT = `[Service]
Environment="OPTS=-device e1000e" GIC=3
ExecStartPre=/bin/mkdir -p /run/%i
ExecStart=-/usr/bin/qemu-system-aarch64 -M virt,gic-version=\${GIC} \\
    # the assigned card
    -device vfio-pci,host=%I,x-no-kvm-msi=on \\
    -drive file=/srv/a(1).img,if=none,id=d $OPTS
`;

  it('reads commands with their variables, and leaves specifiers unknown', () => {
    const [vm, ...others] = machines(UNIT, 'vm@.service');
    expect(others).toEqual([]);
    expect(vm?.machine.map(({ value }) => value?.text)).toEqual(['virt', '3']);
    expect(vm && devices(vm)).toEqual(['vfio-pci <$(%I)> on', 'e1000e']);
    expect(vm?.devices.map(({ range }) => at(UNIT, range))).toEqual([
      '-device vfio-pci,host=%I,x-no-kvm-msi=on',
      '-device e1000e',
    ]);
    expect(vm?.problems).toEqual([]);
  });

  it('takes variables that stand behind the command', () => {
    const [vm] = machines(
      '[Service]\nExecStart=/usr/bin/qemu-system-aarch64 -M virt,gic-version=${GIC} -S\nEnvironment=GIC=3\n',
      'vm.service',
    );
    expect(vm?.machine.map(({ value }) => [value?.text, value?.known])).toEqual([
      ['virt', true],
      ['3', true],
    ]);
  });

  it('does not know a value that a file of variables may say otherwise', () => {
    const [vm] = machines(
      `[Service]
EnvironmentFile=-/etc/vm/%i
Environment=GIC=3 "OPTS=-device e1000e"
ExecStart=/usr/bin/qemu-system-aarch64 -M virt,gic-version=\${GIC} $OPTS
`,
      'vm@.service',
    );
    expect(vm?.machine.map(({ value }) => value?.known)).toEqual([true, false]);
    expect(vm && [devices(vm), vm.unknownArguments.map(({ text }) => text)]).toEqual([['e1000e'], ['$OPTS']]);
  });
});

describe('documents', () => {
  it('reads the code of Markdown and not its prose', () => {
    const text = `Use qemu-system-x86_64 -device e1000 for that.

\`\`\`console
$ sudo qemu-system-x86_64 -enable-kvm \\
>   -device virtio-blk-pci,ioeventfd=off
\`\`\`

1. a list
   ~~~
   # qemu-system-aarch64 -M virt -device vfio-pci,host=0000:01:00.0
   ~~~

> \`\`\`xml
> <hostdev mode='subsystem' type='pci'/>
> \`\`\`

    qemu-kvm -device e1000e

\`\`\`rust
qemu = "-device nothing"
\`\`\`
`;
    const found = machines(text, 'README.md');
    expect(found.map(devices)).toEqual([
      ['virtio-blk-pci off'],
      ['vfio-pci 0000:01:00.0'],
      ['vfio-pci'],
      ['e1000e'],
    ]);
    const [first] = found[0]?.devices ?? [];
    expect(first && at(text, first.range)).toBe('-device virtio-blk-pci,ioeventfd=off');
    expect(found[2] && at(text, found[2].range)).toBe("<hostdev mode='subsystem' type='pci'/>");
  });

  it('reads the literal blocks of reStructuredText', () => {
    const text = `To run it::

  $ qemu-system-x86_64 -device e1000

.. parsed-literal::

    |qemu_system| -M virt \\
        -device vfio-pci,host=0000:01:00.0

  qemu-system-x86_64 -device rtl8139 is prose
`;
    const found = machines(text, 'device.rst');
    expect(found.map(devices)).toEqual([['e1000'], ['vfio-pci 0000:01:00.0']]);
    expect(found[1]?.binary).toMatchObject({ text: '${qemu_system}', known: false });
    expect(found[1] && at(text, found[1].range).startsWith('|qemu_system| -M virt')).toBe(true);
  });
});
