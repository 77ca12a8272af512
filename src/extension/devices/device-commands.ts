import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { REVEAL_DEVICE } from '../command-names.ts';
import { showDevice } from '../panel/panel-commands.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import { givenSubject } from '../question/targets.ts';
import { addedFrom } from '../what-if/added-device.ts';
import { PRESETS } from '../what-if/presets.ts';
import { choosePreset } from './choose-preset.ts';
import type { DevicesTree } from './devices-tree.ts';

/** *Add Device…*, *Remove Device*, and what a click on a device does. */
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
    const subject = givenSubject(target ?? (await tree.pressed()));
    if (subject?.kind === 'device') await showDevice(subject);
    if (subject) panel.follow(subject);
  });
}
