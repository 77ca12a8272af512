import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import type {
  DeviceDescription,
  LaunchFile,
  Property,
  VmDescription,
} from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { unwrap } from '../../support/unwrap.ts';

function read(text: string): LaunchFile {
  return unwrap(readLaunchFile(text, 'vm.xml'));
}

function machine(text: string): VmDescription {
  const [only, ...others] = read(text).machines;
  if (only === undefined || others.length > 0) throw new Error('expected one machine');
  return only;
}

/** The text that a range covers. */
function at(text: string, { start, end }: TextRange): string {
  const lines = text.split(/(?<=\n)/);
  const offset = ({ line, character }: TextRange['start']): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length, 0) + character;
  return text.slice(offset(start), offset(end));
}

function pairs(properties: readonly Property[]): string[] {
  return properties.map(({ key, value }) => `${key.text}=${value?.text ?? ''}`);
}

function named(devices: readonly DeviceDescription[]): string[] {
  return devices.map(({ driver, id }) => `${driver.text} ${id?.text ?? '-'}`);
}

/** A KVM guest of x86 with these devices and nothing that libvirt would add. */
function domain(devices: string, before = ''): string {
  return `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <os><type arch='x86_64' machine='pc-q35-9.0'>hvm</type></os>${before}
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='usb' model='none'/>
    ${devices}
    <memballoon model='none'/>
  </devices>
</domain>
`;
}

describe("libvirt's domain XML", () => {
  it('gives machine, accelerator, processor and program with their places', () => {
    const text = domain(
      '',
      `<features><ioapic driver='qemu'/><kvm><hidden state='on'/></kvm><apic eoi='on'/></features>
  <cpu mode='custom'><model>Haswell</model><feature policy='disable' name='x2apic'/></cpu>
  <vcpu current='2'>8</vcpu>`,
    );
    const vm = machine(text);
    expect(read(text)).toMatchObject({ format: 'libvirt-xml', problems: [] });
    expect([vm.binary?.text, vm.target]).toEqual(['/usr/bin/qemu-system-x86_64', 'x86_64']);
    expect(pairs(vm.machine)).toEqual(['type=pc-q35-9.0', 'kernel-irqchip=split']);
    expect(vm.machine.map(({ range }) => at(text, range))).toEqual(["machine='pc-q35-9.0'", "driver='qemu'"]);
    expect(vm.accelerators.map(pairs)).toEqual([['accel=kvm']]);
    expect(pairs(vm.cpu)).toEqual(['model=Haswell', 'x2apic=off', 'kvm-pv-eoi=on', 'kvm=off']);
    expect(pairs(vm.smp)).toEqual(['cpus=2', 'maxcpus=8']);
  });

  it('gives each option of a device the place of its attribute', () => {
    const text = domain(`<disk type='file' device='disk'>
      <driver name='qemu' ioeventfd='off' queues='4' iothread='1'/>
      <target dev='vdb' bus='virtio'/>
    </disk>`);
    const [disk] = machine(text).devices;
    expect(disk && pairs(disk.properties)).toEqual(['iothread=iothread1', 'ioeventfd=off', 'num-queues=4']);
    expect(disk?.properties.map(({ range }) => at(text, range))).toEqual([
      "iothread='1'",
      "ioeventfd='off'",
      "queues='4'",
    ]);
    expect(disk?.properties[1]?.value && at(text, disk.properties[1].value.range)).toBe('off');
    expect(disk && at(text, disk.driver.range)).toBe('virtio');
    expect(disk && at(text, disk.valueRange)).toBe("<disk type='file' device='disk'>");
    expect(disk && at(text, disk.range).endsWith('</disk>')).toBe(true);
  });

  it('calls devices as libvirt does', () => {
    const target = (dev: string, bus: string): string =>
      `<disk type='file' device='disk'><target dev='${dev}' bus='${bus}'/></disk>`;
    const text = domain(
      [
        target('vda', 'virtio'),
        target('vdab', 'virtio'),
        target('sdb', 'sata'),
        target('sdc', 'scsi'),
        "<controller type='scsi' index='0' model='virtio-scsi'/>",
        "<controller type='sata' index='0'/><controller type='sata' index='1'/>",
        "<interface type='bridge'><model type='e1000e'/></interface>",
        "<interface type='hostdev'/>",
        "<hostdev mode='subsystem' type='pci'><alias name='ua-x'/></hostdev>",
        "<hostdev mode='subsystem' type='pci'/>",
        "<rng model='virtio'/><vsock model='virtio'/>",
      ].join('\n'),
    );
    expect(named(machine(text).devices)).toEqual([
      'virtio-blk-pci virtio-disk0',
      'virtio-blk-pci virtio-disk27',
      'ide-hd sata0-0-1',
      'scsi-hd scsi0-0-0-2',
      'virtio-scsi-pci scsi0',
      'ahci sata1',
      'e1000e net0',
      'vfio-pci hostdev0',
      'vfio-pci ua-x',
      'vfio-pci hostdev1',
      'virtio-rng-pci rng0',
      'vhost-vsock-pci vsock0',
    ]);
  });

  it('takes the transport from the address and the generation from the model', () => {
    const drivers = (device: string): string[] =>
      machine(domain(device)).devices.map(({ driver }) => driver.text);
    expect(drivers("<rng model='virtio'><address type='virtio-mmio'/></rng>")).toEqual(['virtio-rng-device']);
    expect(drivers("<rng model='virtio-transitional'/>")).toEqual(['virtio-rng-pci-transitional']);
    expect(drivers("<interface type='user'><model type='virtio-non-transitional'/></interface>")).toEqual([
      'virtio-net-pci-non-transitional',
    ]);
  });

  it.each([
    ['', 'vhost=on'],
    ["<driver name='vhost'/>", 'vhost=on'],
    ["<driver name='qemu'/>", 'vhost=off'],
  ])('decides over vhost as libvirt does: %j', (driver, expected) => {
    const text = domain(`<interface type='network'><model type='virtio'/>${driver}</interface>`);
    const netdev = machine(text).options.find(({ name }) => name.text === 'netdev');
    expect(netdev && pairs(netdev.properties)).toContain(expected);
    const withoutKvm = machine(text.replace("type='kvm'", "type='qemu'"));
    const slow = withoutKvm.options.find(({ name }) => name.text === 'netdev');
    expect(slow && pairs(slow.properties)).not.toContain('vhost=on');
  });

  it('adds the devices that libvirt adds to XML of few words', () => {
    const text = "<domain type='kvm'><os><type machine='q35'>hvm</type></os><devices/></domain>";
    expect(named(machine(text).devices)).toEqual(['qemu-xhci usb', 'virtio-balloon-pci balloon0']);
    const channel = "<channel type='unix'><target type='virtio' name='x'/></channel>";
    expect(named(machine(domain(channel)).devices)).toEqual([
      'virtserialport channel0',
      'virtio-serial-pci virtio-serial0',
    ]);
  });

  it('names as many threads as there are, those of iothreadids first', () => {
    const threads = "<iothreads>3</iothreads><iothreadids><iothread id='2'/></iothreadids>";
    const { options } = machine(domain('', threads));
    const ids = options.flatMap(({ properties }) =>
      properties.some(({ value }) => value?.text === 'iothread')
        ? properties.filter(({ key }) => key.text === 'id').map(({ value }) => value?.text)
        : [],
    );
    expect(ids).toEqual(['iothread2', 'iothread1', 'iothread3']);
    expect(machine(domain('', '<iothreads>99999999</iothreads>')).options.length).toBeLessThan(2_000);
  });

  it('appends qemu:commandline, and warns of -set, which finds no device there', () => {
    const argument = (value: string): string => `<qemu:arg value='${value}'/>`;
    const more = [
      '-device',
      'vfio-platform,host=fff51000.ethernet',
      '-set',
      'device.hostdev0.x-no-kvm-intx=on',
    ];
    const card = "<hostdev mode='subsystem' type='pci'><source/></hostdev>";
    const text = domain(card).replace(
      '</domain>',
      `<qemu:commandline>${more.map(argument).join('')}</qemu:commandline></domain>`,
    );
    const vm = machine(text);
    expect(named(vm.devices)).toEqual(['vfio-pci hostdev0', 'vfio-platform -']);
    expect(vm.devices[0] && pairs(vm.devices[0].properties)).toEqual(['x-no-kvm-intx=on']);
    const host = vm.devices[1]?.properties[0];
    expect(host && at(text, host.range)).toBe('host=fff51000.ethernet');
    expect(vm.problems.map(({ code, range }) => [code, at(text, range)])).toEqual([
      ['set-of-json-device', 'x-no-kvm-intx=on'],
    ]);
  });

  it('lets qemu:override set, replace and remove properties', () => {
    const text = domain(
      "<interface type='user'><model type='virtio'/><driver ioeventfd='off' packed='on'/></interface>",
    ).replace(
      '</domain>',
      `<qemu:override><qemu:device alias='net0'><qemu:frontend>
      <qemu:property name='ioeventfd' type='bool' value='true'/>
      <qemu:property name='packed' type='remove'/>
      <qemu:property name='vectors' type='unsigned' value='0'/>
      </qemu:frontend></qemu:device></qemu:override></domain>`,
    );
    const [card] = machine(text).devices;
    expect(card && pairs(card.properties)).toEqual(['netdev=hostnet0', 'ioeventfd=true', 'vectors=0']);
  });

  it('finds domains inside of other XML, and takes none of other hypervisors', () => {
    expect(read(`<domainsnapshot>${domain('')}</domainsnapshot>`).machines).toHaveLength(1);
    expect(read(domain('') + domain('')).machines).toHaveLength(2);
    expect(read("<domain type='xen'><os/><devices/></domain><!-- qemu -->").machines).toEqual([]);
    expect(read('<project><domain>kvm</domain><interface name="qemu"/></project>').machines).toEqual([]);
  });

  it('reads what virsh attach-device takes', () => {
    const text = "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/></hostdev>";
    const vm = machine(text);
    expect(vm.binary).toBeNull();
    expect(named(vm.devices)).toEqual(['vfio-pci hostdev0']);
  });

  it('says where the XML is broken and reads the rest', () => {
    const text = domain("<disk device='disk'><target dev='vda' bus='virtio'></disk><rng model='virtio'/>");
    const file = read(text);
    expect(file.problems.map(({ code, range }) => [code, at(text, range)])).toEqual([
      ['bad-xml', "<target dev='vda' bus='virtio'>"],
    ]);
    expect(named(machine(text).devices)).toEqual(['virtio-blk-pci virtio-disk0', 'virtio-rng-pci rng0']);
  });
});
