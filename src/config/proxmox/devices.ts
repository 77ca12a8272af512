import type { Property } from '../launch-file.ts';
import { MODELS } from './known-values.ts';
import { addDevice, propertyOf, type ProxmoxVm } from './proxmox-vm.ts';
import { partsOf, type Part, type Setting } from './settings.ts';

/** `netN: virtio=MAC,bridge=…,queues=N`: a card on a tap, of which vhost serves those of virtio. */
export function readCard(vm: ProxmoxVm, setting: Setting): void {
  const { texts, options } = vm;
  const parts = partsOf(setting, 'model');
  const model = parts.find(({ name }) => MODELS.includes(name) || name === 'model');
  if (model === undefined) return;
  const name = model.name === 'model' ? model.value : model.name;
  const isVirtio = name === 'virtio';
  const isTap = parts.some((part) => part.name === 'bridge');
  const at = { start: setting.start, end: setting.end };
  options.push(
    texts.option('netdev', at, [
      texts.implied('type', isTap ? 'tap' : 'user', at),
      texts.implied('id', setting.key, at),
      ...(isTap && isVirtio ? [texts.implied('vhost', 'on', model)] : []),
    ]),
  );
  const driver = texts.derived(isVirtio ? 'virtio-net-pci' : name, {
    start: model.start,
    end: model.start + model.name.length,
  });
  const queues = parts.find((part) => part.name === 'queues');
  addDevice(vm, setting, driver, setting.key, [
    texts.implied('netdev', setting.key, at),
    ...(isVirtio && queues !== undefined ? queueProperties(vm, queues) : []),
  ]);
}

function queueProperties({ texts }: ProxmoxVm, part: Part): Property[] {
  const count = Number(part.value);
  if (!Number.isInteger(count) || count < 2 || count > 64) return [];
  return [propertyOf(texts, part, 'mq', 'on'), propertyOf(texts, part, 'vectors', String(2 * count + 2))];
}

/** `scsiN:`, `virtioN:`, `sataN:` and `ideN:`. */
export function readDisk(vm: ProxmoxVm, setting: Setting, bus: string): void {
  const parts = partsOf(setting, 'file');
  const isCdrom = parts.some(({ name, value }) => name === 'media' && value === 'cdrom');
  if (bus === 'virtio') {
    const thread = threadOf(parts);
    addDevice(
      vm,
      setting,
      'virtio-blk-pci',
      setting.key,
      thread === undefined ? [] : [threadLink(vm, setting, thread)],
    );
    return;
  }
  const kind = bus === 'scsi' ? 'scsi' : 'ide';
  addDevice(vm, setting, `${kind}-${isCdrom ? 'cd' : 'hd'}`, setting.key);
  if (bus === 'sata' && !vm.devices.some(({ driver }) => driver.text === 'ahci')) {
    addDevice(vm, setting, 'ahci', 'ahci0');
  }
}

function threadOf(parts: readonly Part[]): Part | undefined {
  return parts.find(({ name, value }) => name === 'iothread' && value === '1');
}

/** The thread of a disk, and the property that names it. */
function threadLink({ texts, options }: ProxmoxVm, setting: Setting, part: Part): Property {
  const id = `iothread-${setting.key.replace(/^scsi/, 'virtioscsi')}`;
  options.push(
    texts.option('object', part, [
      texts.implied('qom-type', 'iothread', part),
      texts.implied('id', id, part),
    ]),
  );
  return propertyOf(texts, part, 'iothread', id);
}

/** The adapters of the SCSI disks: one for all, or with `virtio-scsi-single` one, and a thread, for each. */
export function readScsiAdapter(vm: ProxmoxVm, all: readonly Setting[]): void {
  const disks = all.filter(({ key }) => /^scsi\d+$/.test(key));
  const [first] = disks;
  const setting = vm.settings.get('scsihw');
  const model = setting?.value ?? 'lsi';
  if (first === undefined) return;
  if (model !== 'virtio-scsi-single') {
    addDevice(vm, setting ?? first, model, 'scsihw0');
    return;
  }
  for (const disk of disks) {
    const thread = threadOf(partsOf(disk, 'file'));
    const id = disk.key.replace('scsi', 'virtioscsi');
    addDevice(vm, disk, 'virtio-scsi-pci', id, thread === undefined ? [] : [threadLink(vm, disk, thread)]);
  }
}

/** `hostpciN: 0000:01:00.0,…`; without a function all of the device, of which the first is shown. */
export function readHostPci(vm: ProxmoxVm, setting: Setting): void {
  const { texts } = vm;
  const parts = partsOf(setting, 'host');
  const host = parts.find(({ name }) => name === 'host');
  const isWhole = host !== undefined && !/\.[0-7]$/.test(host.value);
  const properties: Property[] = [];
  if (host !== undefined) {
    const [first = ''] = host.value.split(';');
    const address = first.split(':').length < 3 ? `0000:${first}` : first;
    properties.push(propertyOf(texts, host, 'host', isWhole ? `${address}.0` : address));
  }
  for (const part of parts) {
    if (part.name === 'rombar' || part.name === 'x-vga') {
      properties.push(propertyOf(texts, part, part.name, part.value === '1' ? 'on' : 'off'));
    }
  }
  addDevice(vm, setting, 'vfio-pci', isWhole ? `${setting.key}.0` : setting.key, properties);
}
