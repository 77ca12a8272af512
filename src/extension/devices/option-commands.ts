import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import type { App } from '../app.ts';
import { APPLY_WHAT_IF, EDIT_OPTION, RESET_WHAT_IF } from '../command-names.ts';
import { assumedFacts } from '../assumptions.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import { deviceInPlace } from '../question/devices.ts';
import { launchFileOf, openLaunchFile, resolvedFileOf } from '../question/launch-documents.ts';
import { subjectFor } from '../question/targets.ts';
import { valueChoices, valueProblem } from '../what-if/device-options.ts';
import { editsFor } from '../what-if/file-edits.ts';
import { deviceSituation } from '../what-if/situation.ts';
import { isForFile } from './device-nodes.ts';
import type { DeviceNode, OptionNode } from './device-nodes.ts';
import type { DevicesTree } from './devices-tree.ts';

/** What became of a command on a what-if; for its caller and for tests, which cannot see messages. */
export type WhatIfOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly message: string };

/** Changing options in the tree, *Apply What-If to File* and *Reset What-If*. */
export function registerOptionCommands(app: App, tree: DevicesTree, panel: PanelHost): void {
  const command = (
    name: string,
    what: string,
    handler: (...parameters: readonly unknown[]) => Promise<WhatIfOutcome>,
  ): void => {
    const run = app.guarded(what, async (...parameters: readonly unknown[]) => {
      const outcome = await handler(...parameters);
      if (outcome.kind === 'refused') void vscode.window.showWarningMessage(outcome.message);
      return outcome;
    });
    app.context.subscriptions.push(vscode.commands.registerCommand(name, run));
  };
  command(EDIT_OPTION, vscode.l10n.t('Change Option'), async (target, name, value) => {
    const node = await optionFor(tree, target ?? (await tree.pressed()), name);
    if (!node) return refused(vscode.l10n.t('There is no such option here.'));
    return await editOption(app, panel, node, value);
  });
  command(RESET_WHAT_IF, vscode.l10n.t('Reset What-If'), async (target) => {
    const node = await whatIfDevice(tree, target, ({ hasWhatIf }) => hasWhatIf);
    if (!node) return { kind: 'cancelled' };
    app.store.setOverlay(node.key, {});
    return { kind: 'done' };
  });
  command(APPLY_WHAT_IF, vscode.l10n.t('Apply What-If to File'), async (target) => {
    const node = await whatIfDevice(tree, target, isForFile);
    return node ? await apply(app, node) : { kind: 'cancelled' };
  });
}

async function editOption(
  app: App,
  panel: PanelHost,
  node: OptionNode,
  given: unknown,
): Promise<WhatIfOutcome> {
  const { option, subject, to } = node;
  const present = to ?? node.value;
  const value = typeof given === 'string' ? given : await chooseValue(node, present);
  if (value === undefined) return { kind: 'cancelled' };
  const problem = valueProblem(option.type, value);
  if (problem !== undefined) return refused(`${option.name}: ${problem}`);
  const same = value === node.value;
  app.store.setOption(deviceOf(node), option.name, same ? undefined : value);
  panel.follow(subject);
  return { kind: 'done' };
}

/** A boolean turns over at once; of others the user chooses or types one. */
async function chooseValue({ option, to }: OptionNode, present: string | null): Promise<string | undefined> {
  const { type } = option;
  if (type.kind === 'boolean') return present === 'on' ? 'off' : 'on';
  const title = `${option.name}: ${option.title}`;
  if (type.kind === 'choice') {
    const facts = assumedFacts();
    const { qemu } = facts.ok ? facts.value.host : DEFAULT_FACTS.host;
    const items = valueChoices(option, present, qemu).map(({ value, isPresent, isDefault }) => ({
      label: value,
      description: [
        ...(isPresent ? [to === null ? vscode.l10n.t('now') : vscode.l10n.t('what-if')] : []),
        ...(isDefault ? [vscode.l10n.t('default')] : []),
      ].join(' · '),
    }));
    return (await vscode.window.showQuickPick(items, { title, placeHolder: option.effect }))?.label;
  }
  return await vscode.window.showInputBox({
    title,
    prompt: type.kind === 'text' ? `${type.meaning}. ${option.effect}` : option.effect,
    value: present ?? '',
    validateInput: (text) => valueProblem(type, text),
  });
}

/** Writes a what-if into its file, and nothing else; the what-if is over then. */
async function apply({ store }: App, { subject, key, found }: DeviceNode): Promise<WhatIfOutcome> {
  if (subject.kind !== 'device') return { kind: 'cancelled' };
  const document = await openLaunchFile(vscode.Uri.parse(subject.uri));
  if (!document.ok) return refused(document.error);
  const file = launchFileOf(document.value);
  if (!file.ok) return refused(file.error);
  const facts = assumedFacts();
  if (!facts.ok) return refused(facts.error);
  const { place } = found;
  const original = deviceInPlace(resolvedFileOf(file.value, facts.value), place);
  if (!original) return refused(vscode.l10n.t('{0} is no longer in the file.', subject.device));
  const { changes } = deviceSituation(file.value, original, store.overlayOf(key), facts.value);
  const edits = editsFor(document.value.getText(), subject.fileName, place, changes, facts.value);
  if (!edits.ok) return refused(vscode.l10n.t('Not applied: {0}.', edits.error));
  const edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits.value) {
    const { start, end } = range;
    edit.replace(
      document.value.uri,
      new vscode.Range(start.line, start.character, end.line, end.character),
      text,
    );
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    return refused(vscode.l10n.t('{0} cannot be changed.', subject.fileName));
  }
  store.setOverlay(key, {});
  return { kind: 'done' };
}

/** The option that a command was given: an entry of the tree, or a device and the option's name. */
async function optionFor(tree: DevicesTree, target: unknown, name: unknown): Promise<OptionNode | undefined> {
  // What the tree shows may be a moment old: a second press must see what the first one did.
  const wanted = isNode(target) && target.kind === 'option' ? target.option.name : name;
  const device = await deviceFor(tree, target);
  return device?.options.find(({ option }) => option.name === wanted);
}

async function deviceFor(tree: DevicesTree, target: unknown): Promise<DeviceNode | undefined> {
  const wanted = await subjectFor(target);
  if (!wanted) return undefined;
  // What is wanted need not say in which machine.
  return (await tree.devices()).find(
    ({ subject }) => JSON.stringify({ ...subject, ...wanted }) === JSON.stringify(subject),
  );
}

/** The device whose what-if a command is about: the one given, the only one there is, or the one that is chosen. */
async function whatIfDevice(
  tree: DevicesTree,
  target: unknown,
  isMeant: (device: DeviceNode) => boolean,
): Promise<DeviceNode | undefined> {
  const given = target === undefined ? undefined : await deviceFor(tree, target);
  if (given) return given;
  const devices = (await tree.devices()).filter(isMeant);
  if (devices.length < 2) return devices[0];
  const items = devices.map((device) => ({
    label: device.found.device.id,
    description: device.subject.kind === 'device' ? device.subject.fileName : vscode.l10n.t('Added by you'),
    device,
  }));
  const placeHolder = vscode.l10n.t('Which what-if?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.device;
}

function isNode(value: unknown): value is DeviceNode | OptionNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'key' in value;
}

function deviceOf({ key, option }: OptionNode): string {
  return key.slice(0, -`#${option.name}`.length);
}

function refused(message: string): WhatIfOutcome {
  return { kind: 'refused', message };
}
