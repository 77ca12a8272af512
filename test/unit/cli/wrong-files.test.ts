import { describe, expect, it } from 'vitest';
import { fail, ok } from '../../../src/base/result.ts';
import { readDevices } from '../../../src/extension/what-if/exchange.ts';
import { irqpath } from './irqpath.ts';
import { expectTold, type WrongFile } from './wrong-file.ts';

const WRONG_FILES: readonly WrongFile[] = [
  {
    name: 'vm.sh',
    text: 'qemu-system-x86_64 -devise e1000 \\\n  -device nvme,id=rest\n',
    said: 'vm.sh:1:20: error: QEMU has no option -devise; did you mean -device?',
    rest: 'rest',
  },
  {
    name: 'array.sh',
    text: 'A=(\n  -device "e1000\n  -device nvme,id=rest\n)\nqemu-system-x86_64 -device rtl8139,id=more\n',
    said: 'array.sh:2:11: error: nothing closes this "; expected "',
    rest: 'more',
  },
  {
    name: 'append.sh',
    text: 'A+=(-device e1000,id=a\nqemu-system-x86_64 "${A[@]}" -device nvme,id=rest\n',
    said: 'append.sh:1:4: error: nothing closes this (; expected )',
    rest: 'rest',
  },
  {
    name: 'value.sh',
    text: 'A="-device e1000,id=a\nB="-machine q35"\nqemu-system-x86_64 $A $B -device nvme,id=rest\n',
    said: 'value.sh:1:3: error: nothing closes this "; expected "',
    rest: 'rest',
  },
  {
    name: 'substitution.sh',
    text: 'MEM=$(free | head\nqemu-system-x86_64 -m $MEM -device nvme,id=rest\n',
    said: 'substitution.sh:1:5: error: nothing closes this $(; expected )',
    rest: 'rest',
  },
  {
    name: 'vm.xml',
    text: `<domain type='kvm'>
  <devices>
    <interface type='bridge'>
      <model type='e1000'/>
    </intrface>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: 'vm.xml:5:5: error: no <intrface> is open that </intrface> could close; expected </interface>',
    rest: 'qemu-xhci',
  },
  {
    name: 'backslash.sh',
    text: 'qemu-system-x86_64 -m 1G\n  -device nvme,id=rest\n',
    said: 'backslash.sh:2:3: error: the shell takes this for a command of its own',
    rest: 'rest',
  },
  {
    name: 'dash.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest –device e1000\n',
    said: 'dash.sh:1:41: error: QEMU takes this for a disk image, since its dash is no hyphen; expected -device',
    rest: 'rest',
  },
  {
    name: 'quote.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest -device “e1000”\n',
    said: 'quote.sh:1:49: error: the shell takes “ for a letter; expected "',
    rest: 'rest',
  },
  {
    name: 'value-missing.sh',
    text: 'qemu-system-x86_64 -device -device nvme,id=rest\n',
    said: 'value-missing.sh:1:20: error: -device needs a value behind it; QEMU takes -device for it',
    rest: 'rest',
  },
  {
    name: 'equals.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest -device=e1000\n',
    said: 'equals.sh:1:41: error: QEMU has no option -device=e1000; did you mean -device with a blank behind it?',
    rest: 'rest',
  },
  {
    name: 'machine.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest -M q36\n',
    said: "machine.sh:1:44: error: QEMU has no machine 'q36'; did you mean 'q35'?",
    rest: 'rest',
  },
  {
    name: 'accelerator.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest -accel kmv\n',
    said: "accelerator.sh:1:48: error: QEMU has no accelerator 'kmv'; did you mean 'kvm'?",
    rest: 'rest',
  },
  {
    name: 'twice.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest -device e1000,id=rest\n',
    said: "twice.sh:1:58: error: QEMU refuses a second device 'rest'; expected another id",
    rest: 'rest',
  },
  {
    name: 'id.sh',
    text: 'qemu-system-x86_64 -device nvme,id=rest -device e1000,id=0a\n',
    said: "id.sh:1:58: error: '0a' is no id that QEMU takes; expected a letter, then letters, digits, -, . and _",
    rest: 'rest',
  },
  {
    name: 'name.xml',
    text: `<domain type='kvm'>
  <devices>
    <interfase type='user'/>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: 'name.xml:3:5: warning: libvirt leaves out <interfase>; did you mean <interface>?',
    rest: 'qemu-xhci',
  },
  {
    name: 'value.xml',
    text: `<domain type='kvm'>
  <devices>
    <interface type='brigde'/>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: "value.xml:3:22: error: 'brigde' is no type of <interface> that libvirt takes; did you mean 'bridge'?",
    rest: 'qemu-xhci',
  },
  {
    name: 'queues.xml',
    text: `<domain type='kvm'>
  <devices>
    <interface type='user'><model type='virtio'/><driver queues='four'/></interface>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: "queues.xml:3:66: error: 'four' is no queues of <driver> that libvirt takes; expected a whole number",
    rest: 'qemu-xhci',
  },
  {
    name: 'address.xml',
    text: `<domain type='kvm'>
  <devices>
    <hostdev type='pci'><source><address bus='0xzz' slot='0'/></source></hostdev>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: "address.xml:3:47: error: '0xzz' is no bus of a PCI address; expected 0x0 to 0xff",
    rest: 'qemu-xhci',
  },
  {
    name: 'source.xml',
    text: `<domain type='kvm'>
  <devices>
    <hostdev type='pci'/>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: 'source.xml:3:5: error: libvirt refuses a <hostdev> that does not say what it is; expected <source> in it',
    rest: 'qemu-xhci',
  },
  {
    name: 'twice.xml',
    text: `<domain type='kvm'>
  <devices>
    <interface type='user' type='user'/>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: 'twice.xml:3:28: error: the attribute type stands twice in its tag; expected one',
    rest: 'qemu-xhci',
  },
  {
    name: 'kind.xml',
    text: `<domain type='kvn'>
  <devices>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: "kind.xml:1:15: error: 'kvn' is no type of <domain> that libvirt takes; did you mean 'kvm'?",
    rest: 'qemu-xhci',
  },
  {
    name: 'ioapic.xml',
    text: `<domain type='kvm'>
  <features><ioapic driver='split'/></features>
  <devices>
    <controller type='usb' index='0' model='qemu-xhci'/>
  </devices>
</domain>
`,
    said: "ioapic.xml:2:29: error: 'split' is no driver of <ioapic> that libvirt takes; expected one of kvm, qemu",
    rest: 'qemu-xhci',
  },
  {
    name: 'session.qmp',
    text: `-> { "execute": "device_add", "arguments": { "driver": "e1000", "id" "a" } }
-> { "execute": "device_add", "arguments": { "driver": "nvme", "id": "rest" } }
`,
    said: 'session.qmp:1:70: error: this is not JSON: colon expected',
    rest: 'rest',
  },
  {
    name: 'open.qmp',
    text: `{ "execute": "device_add", "arguments": { "driver": "e1000", "id": "a" }
{ "execute": "device_add", "arguments": { "driver": "nvme", "id": "rest" } }
`,
    said: 'open.qmp:1:1: error: nothing closes this {; expected }',
    rest: 'rest',
  },
  {
    name: 'command.qmp',
    text: `{ "execute": "device-add", "arguments": { "driver": "e1000", "id": "a" } }
{ "execute": "device_add", "arguments": { "driver": "nvme", "id": "rest" } }
`,
    said: 'command.qmp:1:14: error: QMP has no command device-add; did you mean device_add?',
    rest: 'rest',
  },
  {
    name: 'member.qmp',
    text: `{ "execute": "device_add", "argument": { "driver": "e1000", "id": "a" } }
{ "execute": "device_add", "arguments": { "driver": "nvme", "id": "rest" } }
`,
    said: "member.qmp:1:28: error: QMP refuses a command with 'argument'; expected arguments or id",
    rest: 'rest',
  },
  {
    name: 'driver.qmp',
    text: `{ "execute": "device_add", "arguments": { "id": "a" } }
{ "execute": "device_add", "arguments": { "driver": "nvme", "id": "rest" } }
`,
    said: 'driver.qmp:1:41: error: device_add needs the name of a device; expected "driver": "…"',
    rest: 'rest',
  },
  {
    name: 'vm.cfg',
    text: '[device "a"]\n  driver = e1000\n[device "rest"]\n  driver = "nvme"\n',
    said: 'vm.cfg:2:1: error: QEMU cannot read this line; expected [GROUP], [GROUP "ID"] or KEY = "VALUE"',
    rest: 'rest',
  },
  {
    name: 'head.cfg',
    text: '[device "rest"\n  driver = "nvme"\n',
    said: 'head.cfg:1:1: warning: nothing closes this [; expected ] right behind the ID (QEMU reads the head all',
    rest: 'rest',
  },
  {
    name: 'name.cfg',
    text: '[device a]\n  driver = "e1000"\n[device "rest"]\n  driver = "nvme"\n',
    said: 'name.cfg:1:1: error: QEMU cannot read this head of a group; expected [GROUP] or [GROUP "ID"]',
    rest: 'rest',
  },
  {
    name: 'group.cfg',
    text: '[devise "a"]\n  driver = "e1000"\n[device "rest"]\n  driver = "nvme"\n',
    said: "group.cfg:1:1: error: QEMU has no group of options 'devise'; did you mean 'device'?",
    rest: 'rest',
  },
  {
    name: 'blank.cfg',
    text: '[device "rest"]\n  driver="nvme"\n',
    said: 'blank.cfg:2:1: error: QEMU takes all of this for a key; expected KEY = "VALUE" with a blank before the =',
    rest: 'rest',
  },
  {
    name: 'windows.cfg',
    text: '[machine]\r\n  type = "q35"\r\n\r\n[device "rest"]\r\n  driver = "nvme"\r\n',
    said: 'windows.cfg:3:1: error: QEMU cannot read an empty line that ends in CR LF; expected LF alone',
    rest: 'rest',
  },
  {
    name: '100.conf',
    text: 'scsihw: virtio-scsi-pci\nhostpci0 0000:01:00\nnet0: e1000=BC:24:11:2A:3B:4C\n',
    said: '100.conf:2:1: error: Proxmox cannot read this line, and leaves it out; expected KEY: VALUE',
    rest: 'net0',
  },
  {
    name: '101.conf',
    text: 'hostpci0: zz\nnet0: e1000=BC:24:11:2A:3B:4C\n',
    said: '101.conf:1:11: error: Proxmox cannot read this value, and leaves it out; expected BUS:DEVICE.FUNCTION',
    rest: 'net0',
  },
  {
    name: '102.conf',
    text: 'args: -device "nvme,id=a\nnet0: e1000=BC:24:11:2A:3B:4C\n',
    said: '102.conf:1:15: error: nothing closes this "; expected "',
    rest: 'net0',
  },
  {
    name: '103.conf',
    text: 'hostpic0: 01:00.0\nnet0: e1000=BC:24:11:2A:3B:4C\n',
    said: "103.conf:1:1: error: Proxmox has no setting 'hostpic0', and leaves it out; did you mean 'hostpci0'?",
    rest: 'net0',
  },
  {
    name: 'x86/unittests.cfg',
    text: '[a]\nextra_params -machine q35\n[b]\nextra_params = -device nvme,id=rest\n',
    said: 'x86/unittests.cfg:2:1: error: kvm-unit-tests leaves out this line, and says nothing; expected [NAME] or',
    rest: 'rest',
  },
  {
    name: 'arm/unittests.cfg',
    text: '[a]\nextra_params = -device nvme,id=rest -append "x\n',
    said: 'arm/unittests.cfg:2:45: error: nothing closes this "; expected "',
    rest: 'rest',
  },
  {
    name: 's390x/unittests.cfg',
    text: '[a]\nextra_params = """-device nvme,id=rest\n',
    said: 's390x/unittests.cfg:2:16: error: nothing closes this """; expected """',
    rest: 'rest',
  },
  {
    name: 'unittests.cfg',
    text: '[a]\nqemu_param = -machine pc\nqemu_params = -machine q35 -device nvme,id=rest\n',
    said: "unittests.cfg:2:1: warning: kvm-unit-tests does not read 'qemu_param', and says nothing; expected one of file,",
    rest: 'rest',
  },
];

describe('a file with a mistake', () => {
  it.each(WRONG_FILES)('$name: the mistake has its place, the rest is read', expectTold);

  it('is refused whole where it is devices to import, with the place', () => {
    const read = readDevices('{"irqPathDevices": 1,\n  "added": [{"id": "a" "driver": "nvme"}]}');
    expect(read.ok ? '' : read.error).toMatch(/^2:24: this is not JSON: /);
  });
});

describe('a file in another encoding', () => {
  it.each([
    ['with a byte order mark', '\uFFFD\uFFFDq\0e\0m\0u\0'],
    ['without one', 'q\0e\0m\0u\0'],
    ['with the other order of bytes', '\0q\0e\0m\0u'],
  ])('is named: UTF-16 %s', async (_, text) => {
    const { status, err } = await irqpath(['resolve', 'vm.sh'], { 'vm.sh': text });
    expect(status).toBe(2);
    expect(err).toContain('vm.sh:1:1: the file is text in UTF-16; expected UTF-8');
  });
});

describe('a QEMU that cannot be asked', () => {
  it.each([
    ['is not there', fail('no such program'), 'no such program'],
    ['fails', fail('ended with status 1: symbol lookup error'), 'ended with status 1: symbol lookup error'],
    ['is another program', ok('GNU bash, version 5.2\n'), 'this is no QEMU'],
    ['says nothing', ok(''), 'this is no QEMU'],
  ])('%s: the command says so and ends with status 2', async (_, answer, said) => {
    const { status, out, err } = await irqpath(
      ['options', '--qemu', '/opt/qemu'],
      {},
      { runProgram: () => Promise.resolve(answer) },
    );
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(`irqpath options: /opt/qemu: `);
    expect(err).toContain(said);
  });
});
