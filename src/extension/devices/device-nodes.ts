import { contains } from '../../base/text-range.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import type { ResolvedFile, ResolvedMachine } from '../../resolve/resolved-file.ts';
import { defaultDevicesOf, devicesOf } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { resolveAdded } from '../what-if/added-device.ts';
import { deviceOptions } from '../what-if/device-options.ts';
import type { DeviceOption } from '../what-if/device-options.ts';
import { addedKey, deviceKey } from '../what-if/device-store.ts';
import type { DeviceStore } from '../what-if/device-store.ts';
import { deviceSituation } from '../what-if/situation.ts';
import type { Situation } from '../what-if/situation.ts';

/** A launch file that is open in the editor. */
export interface OpenFile {
  readonly uri: string;
  readonly fileName: string;
  readonly file: LaunchFile;
  readonly resolved: ResolvedFile;
}

/** A virtual machine of an open file, or the group of devices that were added by hand. */
export interface GroupNode {
  readonly kind: 'group';
  readonly key: string;
  /** Null for the group of added devices. */
  readonly fileName: string | null;
  readonly uri: string | null;
  /** Line of the machine, from 0. */
  readonly line: number;
  readonly machine: ResolvedMachine | null;
  /** Whether its file has no other machine that it could be taken for. */
  readonly isOnly: boolean;
  readonly devices: readonly DeviceNode[];
  /** What the machine has though its file does not ask for it; null if that is nothing. */
  readonly byDefault: DefaultsNode | null;
}

/** The devices that a virtual machine has by default. */
export interface DefaultsNode {
  readonly kind: 'defaults';
  readonly key: string;
  readonly devices: readonly DeviceNode[];
}

/** A device in the tree. */
export interface DeviceNode {
  readonly kind: 'device';
  /** Its name in the store. */
  readonly key: string;
  readonly subject: Exclude<SingleSubject, { kind: 'path' }>;
  /** With the what-if in effect. */
  readonly found: FoundDevice;
  readonly options: readonly OptionNode[];
  readonly hasWhatIf: boolean;
  /** A silent fall-back, a contradiction or what QEMU refuses at this device, in words; null if there is none. */
  readonly warning: string | null;
}

/** An option of a device in the tree. */
export interface OptionNode extends DeviceOption {
  readonly kind: 'option';
  readonly key: string;
  readonly subject: DeviceNode['subject'];
  /** The value of the what-if, if it has one. */
  readonly to: string | null;
}

/** What the tree shows: a group for each machine of the open files, and one for the devices added by hand. */
export function groupNodes(files: readonly OpenFile[], store: DeviceStore, facts: Facts): GroupNode[] {
  const groups = files.flatMap((open) =>
    open.resolved.machines.map((machine, number): GroupNode => {
      const nodesOf = (devices: readonly FoundDevice[]): DeviceNode[] => {
        const found = devices.filter(({ place }) => place.machine === number);
        return found.map((device) => fileDevice(open, device, store, facts));
      };
      const key = `${open.uri}#${String(number)}`;
      const byDefault = nodesOf(defaultDevicesOf(open.resolved));
      return {
        kind: 'group',
        key,
        fileName: open.fileName,
        uri: open.uri,
        line: machine.range.start.line,
        machine,
        isOnly: open.resolved.machines.length === 1,
        devices: nodesOf(devicesOf(open.resolved)),
        byDefault:
          byDefault.length === 0 ? null : { kind: 'defaults', key: `${key}#by default`, devices: byDefault },
      };
    }),
  );
  if (store.added.length === 0) return groups;
  const devices = store.asAdded.flatMap((device) => {
    const added = resolveAdded(device, facts);
    const [original] = added ? devicesOf(added.resolved) : [];
    if (!added || !original) return [];
    const { id, driver } = device;
    const key = addedKey(id);
    const { changes } = deviceSituation(added.file, original, store.overlayOf(key), added.facts);
    const now = changes.length === 0 ? undefined : resolveAdded(store.find(id) ?? device, facts);
    const [found = original] = now ? devicesOf(now.resolved) : [];
    const subject = { kind: 'added', id, driver, asPath: null } as const;
    return [deviceNode(key, subject, { file: added.file, found, changes }, added.facts)];
  });
  const added: GroupNode = {
    kind: 'group',
    key: 'added',
    fileName: null,
    uri: null,
    line: 0,
    machine: null,
    isOnly: true,
    devices,
    byDefault: null,
  };
  return [...groups, added];
}

function fileDevice(open: OpenFile, original: FoundDevice, store: DeviceStore, facts: Facts): DeviceNode {
  const { device, place, machine } = original;
  const key = deviceKey(open.uri, place.machine, device.id);
  const subject = {
    kind: 'device',
    uri: open.uri,
    fileName: open.fileName,
    device: device.id,
    driver: device.driver,
    line: device.range.start.line,
    machineLine: machine.range.start.line,
    asPath: null,
  } as const;
  const situation = deviceSituation(open.file, original, store.overlayOf(key), facts);
  return deviceNode(key, subject, { ...situation, file: open.file }, facts);
}

function deviceNode(
  key: string,
  subject: DeviceNode['subject'],
  { file, found, changes }: Pick<Situation, 'file' | 'found' | 'changes'>,
  facts: Facts,
): DeviceNode {
  const { range } = found.device;
  const problem = found.machine.problems.find(
    ({ severity, range: place }) => severity !== 'information' && contains(range, place.start),
  );
  return {
    kind: 'device',
    key,
    subject,
    found,
    options: deviceOptions(file, found.place, facts).map((option) => ({
      kind: 'option',
      key: `${key}#${option.option.name}`,
      subject,
      ...option,
      to: changes.find((change) => change.option === option.option)?.value ?? null,
    })),
    hasWhatIf: changes.length > 0,
    warning: problem?.message ?? null,
  };
}

/** Whether a device has a what-if that could be written into its file. */
export function isForFile({ hasWhatIf, subject }: DeviceNode): boolean {
  return hasWhatIf && subject.kind === 'device';
}

/** All devices of the tree; last those that nobody asked for. */
export function allDevices(groups: readonly GroupNode[]): DeviceNode[] {
  const defaults = groups.flatMap(({ byDefault }) => byDefault?.devices ?? []);
  return [...groups.flatMap(({ devices }) => devices), ...defaults];
}
