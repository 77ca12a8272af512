import { wordsOf } from '../command-words.ts';
import { DerivedTextBuilder } from '../derived-text.ts';
import type { CommandOption, LaunchFile, Property, VmDescription } from '../launch-file.ts';
import type { LineIndex } from '../line-index.ts';
import { OptionTexts } from '../option-texts.ts';
import { readArguments } from '../read-vm.ts';
import { withSets } from '../set-properties.ts';
import { lexShell } from '../shell-lexer.ts';
import { unclosedIn } from '../unclosed.ts';
import { addDevice, asOption, propertyOf, type ProxmoxVm } from './proxmox-vm.ts';
import { judge } from './faults.ts';
import { readCard, readDisk, readHostPci, readScsiAdapter } from './devices.ts';
import { partsOf, readSettings, type Setting } from './settings.ts';

/**
 * Reads a VM of Proxmox (`/etc/pve/qemu-server/ID.conf`): the machine that `qm start` would make of it (qemu-server
 * src/PVE/QemuServer.pm config_to_command), as far as interrupts can depend on it.
 */
export function readProxmox(text: string, lines: LineIndex): Pick<LaunchFile, 'machines' | 'problems'> {
  const { settings: written, unread } = readSettings(text);
  const { taken: all, faults } = judge(written);
  const [first, last] = [written[0], written.at(-1)];
  if (first === undefined || last === undefined) return { machines: [], problems: [] };
  const texts = new OptionTexts(lines);
  const settings = new Map(all.map((setting) => [setting.key, setting]));
  const vm: ProxmoxVm = { texts, settings, devices: [], options: [withoutDefaults(texts, first)] };
  for (const setting of all) readSetting(vm, setting);
  readScsiAdapter(vm, all);
  addBalloon(vm, first);
  const whole = { start: first.start, end: last.end };
  const architecture = settings.get('arch')?.value ?? 'x86_64';
  const isKvm = !/^(?:0|off|no|false)$/i.test(settings.get('kvm')?.value ?? '');
  const accelerator = settings.get('kvm') ?? first;
  const description: VmDescription = {
    range: texts.range(whole),
    language: 'proxmox',
    binary: texts.derived(`qemu-system-${architecture}`, settings.get('arch') ?? first),
    target: architecture,
    machine: machineOf(vm, architecture, first),
    accelerators: [[asOption(texts.implied('accel', isKvm ? 'kvm' : 'tcg', accelerator))]],
    cpu: cpuOf(vm, first),
    smp: smpOf(vm),
    devices: vm.devices,
    globals: [],
    options: vm.options,
    unknownArguments: [],
    problems: [],
  };
  const more = settings.get('args');
  return {
    machines: [more === undefined ? description : withArguments(description, text, more, lines)],
    problems: [...unread.map((line) => ({ message: UNREAD, ...line })), ...faults].map(
      ({ message, start, end }) => ({
        code: 'bad-config-line',
        severity: 'error',
        message,
        range: lines.range(start, end),
      }),
    ),
  };
}

/** `qm start` always gives QEMU `-nodefaults`. */
function withoutDefaults(texts: OptionTexts, first: Setting): CommandOption {
  const name = texts.derived('nodefaults', before(first));
  return { name, value: null, properties: [], range: name.range };
}

const UNREAD = 'Proxmox cannot read this line, and leaves it out; expected KEY: VALUE';

function readSetting(vm: ProxmoxVm, setting: Setting): void {
  const kind = /^(net|scsi|virtio|sata|ide|hostpci|serial|rng)\d+$/.exec(setting.key)?.[1];
  if (kind === 'net') readCard(vm, setting);
  else if (kind === 'hostpci') readHostPci(vm, setting);
  else if (kind === 'serial') addDevice(vm, setting, 'isa-serial', setting.key);
  else if (kind === 'rng') addDevice(vm, setting, 'virtio-rng-pci', setting.key);
  else if (kind !== undefined) readDisk(vm, setting, kind);
  else if (setting.key === 'agent') readAgent(vm, setting);
  else if (setting.key === 'vga') readDisplay(vm, setting);
}

function readAgent(vm: ProxmoxVm, setting: Setting): void {
  const parts = partsOf(setting, 'enabled');
  const get = (name: string): string | undefined => parts.find((part) => part.name === name)?.value;
  if (get('enabled') !== '1' || get('type') === 'isa') return;
  addDevice(vm, setting, 'virtio-serial', 'qga0');
  addDevice(vm, setting, 'virtserialport', null);
}

function readDisplay(vm: ProxmoxVm, setting: Setting): void {
  const type = partsOf(setting, 'type').find(({ name }) => name === 'type')?.value ?? '';
  const drivers: Readonly<Record<string, string>> = {
    std: 'VGA',
    qxl: 'qxl-vga',
    virtio: 'virtio-vga',
    'virtio-gl': 'virtio-vga-gl',
    cirrus: 'cirrus-vga',
    vmware: 'vmware-svga',
  };
  const driver = drivers[type];
  if (driver !== undefined) addDevice(vm, setting, driver, 'vga');
}

/** A VM has one unless its setting is 0. */
function addBalloon(vm: ProxmoxVm, first: Setting): void {
  const setting = vm.settings.get('balloon');
  if (setting?.value === '0') return;
  addDevice(vm, setting ?? before(first), 'virtio-balloon-pci', 'balloon0');
}

/** Where nothing stands: before the first setting. */
function before({ key, start }: Setting): Setting {
  return { key, value: '', start, end: start, valueStart: start };
}

function machineOf({ texts, settings }: ProxmoxVm, architecture: string, first: Setting): Property[] {
  const setting = settings.get('machine');
  const byDefault = architecture === 'aarch64' ? 'virt' : 'pc';
  if (setting === undefined) return [asOption(texts.implied('type', byDefault, before(first)))];
  return partsOf(setting, 'type').flatMap((part) => {
    // Its own revision is no part of QEMU's name.
    if (part.name === 'type')
      return [asOption(propertyOf(texts, part, 'type', part.value.replace(/\+pve\d+$/, '')))];
    return [];
  });
}

function cpuOf({ texts, settings }: ProxmoxVm, first: Setting): Property[] {
  const setting = settings.get('cpu');
  const hiding = [...settings.values()].find(hidesKvm);
  const flags = hiding === undefined ? [] : [asOption(texts.implied('kvm', 'off', hiding))];
  if (setting === undefined) return [asOption(texts.implied('model', 'kvm64', before(first))), ...flags];
  const parts = partsOf(setting, 'cputype').flatMap((part) => {
    if (part.name === 'cputype') return [asOption(propertyOf(texts, part, 'model', part.value))];
    if (part.name === 'hidden' && part.value === '1')
      return [asOption(propertyOf(texts, part, 'kvm', 'off'))];
    if (part.name !== 'flags') return [];
    return part.value
      .split(';')
      .filter((flag) => flag !== '')
      .map((flag) => ({ ...asOption(propertyOf(texts, part, flag, '')), value: null }));
  });
  return [...parts, ...flags];
}

/** With a card that is the guest's display Proxmox hides KVM (qemu-server, PVE/QemuServer/PCI.pm print_hostpci_devices). */
function hidesKvm(setting: Setting): boolean {
  const isCard = /^hostpci\d+$/.test(setting.key);
  return isCard && partsOf(setting, 'host').some(({ name, value }) => name === 'x-vga' && value === '1');
}

function smpOf({ texts, settings }: ProxmoxVm): Property[] {
  const [sockets, cores, vcpus] = ['sockets', 'cores', 'vcpus'].map((key) => settings.get(key));
  const count = (setting: Setting | undefined): number => Number.parseInt(setting?.value ?? '1', 10) || 1;
  const most = count(sockets) * count(cores);
  const at = cores ?? sockets;
  if (at === undefined) return [];
  const running = vcpus === undefined ? most : count(vcpus);
  return [
    asOption(texts.implied('cpus', String(running), vcpus ?? at)),
    asOption(texts.implied('maxcpus', String(most), at)),
  ];
}

/** `args:` is put behind all others, cut as a shell cuts it. */
function withArguments(vm: VmDescription, text: string, setting: Setting, lines: LineIndex): VmDescription {
  const builder = new DerivedTextBuilder(text);
  builder.copy(setting.valueStart, setting.valueStart + setting.value.length);
  const derived = builder.build(lines);
  const all = { start: 0, end: derived.text.length };
  const problems = unclosedIn(all, lexShell(derived.text).unterminated, derived.lines);
  const more = readArguments(wordsOf(derived.text), derived.lines, problems);
  return {
    ...vm,
    machine: [...vm.machine, ...more.machine],
    accelerators: [...vm.accelerators, ...more.accelerators],
    cpu: more.cpu.length > 0 ? more.cpu : vm.cpu,
    smp: [...vm.smp, ...more.smp],
    devices: withSets([...vm.devices, ...more.devices], more.sets),
    globals: more.globals,
    options: [...vm.options, ...more.options],
    problems,
  };
}
