import type { TextRange } from '../../base/text-range.ts';
import type { CommandOption, LaunchFile, VmDescription } from '../../config/launch-file.ts';
import type { ResolvedDevice, ResolvedFile } from '../../resolve/resolved-file.ts';
import { pathsText } from '../question/legs.ts';
import { ID_KEYS } from './link-keys.ts';
import { valueOfKey } from './place.ts';

/** An entry of the outline of a launch file. */
export interface OutlineEntry {
  readonly kind: 'machine' | 'device' | 'defaults' | 'backend';
  readonly name: string;
  readonly detail: string;
  readonly range: TextRange;
  readonly children: readonly OutlineEntry[];
}

/** The virtual machines of a file with their devices and what those name, in the order of the file. */
export function outlineOf(file: LaunchFile, resolved: ResolvedFile): OutlineEntry[] {
  return file.machines.map((vm, i): OutlineEntry => {
    const devices = resolved.machines[i]?.devices ?? [];
    const children = [
      ...devices.map(deviceEntry),
      ...vm.options.flatMap(backend),
      ...defaultsEntry(resolved.machines[i]?.defaultDevices ?? []),
    ];
    return {
      kind: 'machine',
      name: nameOf(vm) ?? vm.binary?.text ?? 'QEMU',
      detail: `${String(devices.length)} ${devices.length === 1 ? 'device' : 'devices'}`,
      range: vm.range,
      children,
    };
  });
}

function deviceEntry(device: ResolvedDevice): OutlineEntry {
  const detail = [device.driver, pathsText(device)].filter((part) => part !== null).join(' · ');
  return { kind: 'device', name: device.id, detail, range: device.range, children: [] };
}

/** What the machine has by default stands where its type does. */
function defaultsEntry(devices: readonly ResolvedDevice[]): OutlineEntry[] {
  const [first] = devices;
  if (first === undefined) return [];
  const children = devices.map(deviceEntry);
  return [{ kind: 'defaults', name: 'by default', detail: 'not in the file', range: first.range, children }];
}

/** What `-name` says. */
function nameOf({ options }: VmDescription): string | undefined {
  const value = options.findLast(({ name }) => name.text === 'name')?.value;
  return value?.known === true ? /^(?:guest=)?([^,=]+)/.exec(value.text)?.[1] : undefined;
}

function backend(option: CommandOption): OutlineEntry[] {
  const { name, range } = option;
  if (name.text === 'device') return [];
  const id = ID_KEYS.get(name.text)
    ?.map((key) => valueOfKey(option, key))
    .find((one) => one !== undefined);
  if (id === undefined) return [];
  const type = valueOfKey(option, 'type') ?? valueOfKey(option, 'qom-type') ?? valueOfKey(option, 'driver');
  const detail = `-${name.text}${type === undefined ? '' : ` ${type}`}`;
  return [{ kind: 'backend', name: id, detail, range, children: [] }];
}
