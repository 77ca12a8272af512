import * as vscode from 'vscode';
import { REVEAL_DEVICE, EDIT_OPTION } from '../command-names.ts';
import { byDefaultText } from '../../resolve/by-default-text.ts';
import { isSecondChoice } from '../question/alternatives.ts';
import { mainLeg, pathsText, shortPathsText } from '../question/legs.ts';
import { valueText } from '../what-if/device-options.ts';
import type { DeviceStore } from '../what-if/device-store.ts';
import type { DefaultsNode, DeviceNode, GroupNode, OptionNode } from './device-nodes.ts';

/** A virtual machine, or the group of added devices, as an entry of the tree. */
export function groupItem({ key, fileName, uri, line, machine, isOnly }: GroupNode): vscode.TreeItem {
  const label = fileName ?? vscode.l10n.t('Added by you');
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  item.contextValue = 'group';
  if (machine && uri !== null) {
    item.iconPath = new vscode.ThemeIcon('vm');
    const gic = machine.gicVersion === null ? [] : [`GICv${String(machine.gicVersion)}`];
    const irqchip =
      machine.irqchip === null || machine.irqchip === 'on' ? [] : [`irqchip ${machine.irqchip}`];
    const place = isOnly ? [] : [vscode.l10n.t('line {0}', line + 1)];
    item.description = [...place, machine.accelerator ?? '?', ...gic, ...irqchip].join(' · ');
    item.tooltip = vscode.l10n.t('{0}, line {1}', label, line + 1);
  }
  return item;
}

/** What a virtual machine has by default, as an entry of the tree; closed, so that what is written comes first. */
export function defaultsItem({ key, devices }: DefaultsNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('By default'), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = key;
  item.contextValue = 'defaults';
  item.iconPath = new vscode.ThemeIcon('circuit-board');
  item.description = devices.map(({ found }) => found.device.id).join(', ');
  item.tooltip = vscode.l10n.t('Devices that the machine has though its file does not ask for them.');
  return item;
}

/** A device as an entry of the tree: its path, a mark for a what-if, a box that chooses it for a comparison. */
export function deviceItem(node: DeviceNode, store: DeviceStore): vscode.TreeItem {
  const { key, found, options, hasWhatIf, warning, subject } = node;
  const { device } = found;
  const leg = mainLeg(device);
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const state = options.length === 0 ? None : hasWhatIf ? Expanded : Collapsed;
  const item = new vscode.TreeItem(device.id, state);
  // The family is the driver's; what tells devices apart stands behind the slash.
  const path = shortPathsText(device) ?? leg?.note ?? device.note ?? '';
  item.id = key;
  item.description = hasWhatIf ? `${path}  ● ${vscode.l10n.t('what-if')}` : path;
  item.iconPath = deviceIcon(node);
  item.tooltip = [
    `${device.id}: ${device.driver}`,
    pathsText(device) ?? path,
    ...(device.byDefault === undefined ? [] : [byDefaultText(device.byDefault)]),
    ...(leg?.path == null || leg.note === null ? [] : [leg.note]),
    ...(warning === null ? [] : [warning]),
  ].join('\n');
  const runs = leg?.canRun === true;
  item.contextValue = [
    'device',
    subject.kind === 'added' ? 'added' : 'file',
    ...(runs ? ['runs'] : []),
    ...(hasWhatIf ? ['whatIf'] : []),
  ].join(' ');
  if (runs) {
    item.checkboxState = {
      state: store.isCompared(key)
        ? vscode.TreeItemCheckboxState.Checked
        : vscode.TreeItemCheckboxState.Unchecked,
      tooltip: vscode.l10n.t('Compare this device with others'),
    };
  }
  item.accessibilityInformation = {
    label: [device.id, path, ...(hasWhatIf ? [vscode.l10n.t('what-if')] : []), warning ?? ''].join(', '),
  };
  item.command = { command: REVEAL_DEVICE, title: vscode.l10n.t('Show') };
  return item;
}

function deviceIcon({ found, warning }: DeviceNode): vscode.ThemeIcon {
  if (warning !== null)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  const leg = mainLeg(found.device);
  if (!leg) return new vscode.ThemeIcon('circle-outline');
  if (leg.path === null) return new vscode.ThemeIcon('question');
  const isSlow = found.device.legs.some((one) => isSecondChoice(found.device.driver, one));
  return new vscode.ThemeIcon(isSlow ? 'debug-step-over' : 'zap');
}

const OPTION_ICONS = {
  boolean: 'symbol-boolean',
  integer: 'symbol-numeric',
  choice: 'symbol-enum',
  text: 'symbol-string',
} as const;

/** An option as an entry of the tree; pressing it changes it. */
export function optionItem(node: OptionNode): vscode.TreeItem {
  const { key, option, value, isDefault, to } = node;
  const item = new vscode.TreeItem(option.name);
  const present = valueText(option, value);
  item.id = key;
  item.contextValue = to === null ? 'option' : 'option whatIf';
  item.accessibilityInformation = {
    label: `${option.name}, ${present}${to === null ? '' : `, ${vscode.l10n.t('what-if')} ${to}`}`,
  };
  item.description =
    to === null
      ? `${present}${isDefault ? ` (${vscode.l10n.t('default')})` : ''}`
      : `${present} → ${valueText(option, to)}  ●`;
  item.tooltip = `${option.title}\n${option.effect}`;
  item.iconPath = new vscode.ThemeIcon(OPTION_ICONS[option.type.kind]);
  item.command = { command: EDIT_OPTION, title: vscode.l10n.t('Change') };
  return item;
}
