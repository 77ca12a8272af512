import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { COMPARE, REVEAL_DEVICE } from '../command-names.ts';
import { showDevice } from '../panel/panel-commands.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { findPath } from '../../paths/all-paths.ts';
import { givenSubject, isTarget, subjectFor } from '../question/targets.ts';
import type { Outcome } from '../question/outcome.ts';
import { familyOf } from '../../resolve/families.ts';
import { addedFrom } from '../what-if/added-device.ts';
import { PRESETS } from '../what-if/presets.ts';
import { choosePreset } from './choose-preset.ts';
import type { DevicesTree } from './devices-tree.ts';

/** *Add Device…*, *Remove Device*, *Compare IRQ Paths…*, and what a click on a device does. */
export function registerDeviceCommands(app: App, tree: DevicesTree, panel: PanelHost): void {
  const command = (name: string, what: string, handler: (target?: unknown) => Promise<unknown>): void => {
    app.context.subscriptions.push(vscode.commands.registerCommand(name, app.guarded(what, handler)));
  };
  command('irqPath.addDevice', vscode.l10n.t('Add Device…'), async (wanted) => {
    const preset =
      PRESETS.find(({ id, driver }) => id === wanted || driver === wanted) ?? (await choosePreset());
    if (!preset) return undefined;
    const { id } = app.store.add(addedFrom(preset));
    await vscode.commands.executeCommand('irqPath.devices.focus');
    return id;
  });
  command('irqPath.removeDevice', vscode.l10n.t('Remove Device'), async (target) => {
    const subject = givenSubject(target);
    if (subject?.kind === 'added') app.store.remove(subject.id);
    await Promise.resolve();
    return undefined;
  });
  command(REVEAL_DEVICE, vscode.l10n.t('Show Device'), async (target) => {
    const subject = givenSubject(target);
    if (subject?.kind === 'device') await showDevice(subject);
    if (subject) panel.follow(subject);
  });
  command(
    COMPARE,
    vscode.l10n.t('Compare IRQ Paths…'),
    async (target) => await compare(app, tree, panel, target),
  );
}

/** A device that is named is compared with the other paths it could be on; else the checked devices with each other. */
async function compare(app: App, tree: DevicesTree, panel: PanelHost, target: unknown): Promise<Outcome> {
  // From the menu of an editor comes the address of its file.
  const atCursor = target instanceof vscode.Uri ? await subjectFor(undefined) : undefined;
  const named = givenSubject(target) ?? (isTarget(target) ? await subjectFor(target) : atCursor);
  if (named) return await panel.show({ kind: 'comparison', members: everyPathOf(named) });
  const checked = (await tree.devices()).filter(({ key }) => app.store.isCompared(key));
  if (checked.length >= 2) {
    return await panel.show({ kind: 'comparison', members: checked.map(({ subject }) => subject) });
  }
  const message = vscode.l10n.t('Check at least two devices in the IRQ Path view to compare them.');
  void vscode.window.showInformationMessage(message);
  return { kind: 'message', message };
}

/** The device as it is, and on each other path of its family that can be run. */
function everyPathOf(subject: SingleSubject): SingleSubject[] {
  if (subject.kind === 'path') return [subject];
  const family = familyOf(subject.driver);
  const paths = (family?.legs ?? []).flatMap(({ candidates }) => candidates.map(({ path }) => path));
  return [subject, ...paths.filter((path) => findPath(path)).map((asPath) => ({ ...subject, asPath }))];
}
