import * as vscode from 'vscode';
import type { Position } from '../base/text-range.ts';
import { noMachineProblem } from '../config/read-launch-file.ts';
import { ALL_PATHS } from '../paths/all-paths.ts';
import type { App } from './app.ts';
import { assumedFacts } from './assumptions.ts';
import type { PanelHost } from './panel/panel-host.ts';
import { askableDevices, deviceAt } from './question/devices.ts';
import type { FoundDevice } from './question/devices.ts';
import { pathsText } from './question/legs.ts';
import type { Outcome } from './question/outcome.ts';
import { baseName, launchFileOf, openLaunchFile, resolvedFileOf } from './question/launch-documents.ts';
import { givenSubject, isTarget, parseUri, subjectOf } from './question/targets.ts';
import { OPEN_SAMPLES } from './samples.ts';

export const SIMULATE = 'irqPath.simulate';

/** *Simulate IRQ path*: the device under the cursor, or the one that is chosen; its answer opens in the panel. */
export function registerSimulateCommand(app: App, panel: PanelHost): void {
  const run = app.guarded(vscode.l10n.t('Simulate IRQ path'), async (target?: unknown) => {
    const outcome = await simulateAt(target, panel);
    if (outcome.kind === 'message') {
      app.log.info(outcome.message);
      void offerSamples(outcome.message);
    }
    return outcome;
  });
  app.context.subscriptions.push(vscode.commands.registerCommand(SIMULATE, run));
}

async function simulateAt(target: unknown, panel: PanelHost): Promise<Outcome> {
  const subject = givenSubject(target);
  if (subject) return await panel.show(subject);
  const place = await placeOf(target);
  if (place === undefined) return await simulateFromLibrary(panel);
  if (typeof place === 'string') return { kind: 'message', message: place };
  const { document, position } = place;
  const facts = assumedFacts();
  if (!facts.ok) return { kind: 'message', message: settingsProblem(facts.error) };
  const file = launchFileOf(document);
  if (!file.ok) return { kind: 'message', message: file.error };
  const resolved = resolvedFileOf(file.value, facts.value);
  if (resolved.machines.length === 0) {
    const { message } = noMachineProblem(document.getText());
    return { kind: 'message', message: `${baseName(document.uri)}: ${message}.` };
  }
  const devices = askableDevices(resolved);
  if (devices.length === 0) {
    return {
      kind: 'message',
      message: vscode.l10n.t('The virtual machine has no device that was asked for with -device.'),
    };
  }
  const found = (position && deviceAt(resolved, position)) ?? (await chooseDevice(devices));
  if (!found) return { kind: 'cancelled' };
  return await panel.show(subjectOf(document.uri, found));
}

interface Place {
  readonly document: vscode.TextDocument;
  /** Null if only a file was named. */
  readonly position: Position | null;
}

/** Where the command is to look: what it was given, else the active editor; text says why that cannot be. */
async function placeOf(target: unknown): Promise<Place | string | undefined> {
  const uri = target instanceof vscode.Uri ? target : isTarget(target) ? parseUri(target.uri) : undefined;
  const editor = vscode.window.activeTextEditor;
  if (!uri) return editor ? { document: editor.document, position: editor.selection.active } : undefined;
  const document = await openLaunchFile(uri);
  if (!document.ok) return document.error;
  if (isTarget(target)) return { document: document.value, position: target };
  const same = editor?.document === document.value;
  return { document: document.value, position: same ? editor.selection.active : null };
}

async function chooseDevice(devices: readonly FoundDevice[]): Promise<FoundDevice | undefined> {
  if (devices.length === 1) return devices[0];
  const items = devices.map((found) => ({
    label: found.device.id,
    description: pathsText(found.device) ?? found.device.note ?? '',
    detail: vscode.l10n.t('line {0}: {1}', found.device.range.start.line + 1, found.device.driver),
    found,
  }));
  const placeHolder = vscode.l10n.t('Which device’s interrupt?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.found;
}

/** Without a file to look at: any path of the library, with its defaults. */
async function simulateFromLibrary(panel: PanelHost): Promise<Outcome> {
  const items = ALL_PATHS.map(({ info }) => ({ label: info.id, description: info.title }));
  const placeHolder = vscode.l10n.t('No launch file is open. Which path?');
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  return picked ? await panel.show({ kind: 'path', path: picked.label }) : { kind: 'cancelled' };
}

function settingsProblem(error: string): string {
  return vscode.l10n.t('The settings irqPath.assume are not understood: {0}', error);
}

async function offerSamples(message: string): Promise<void> {
  const open = vscode.l10n.t('Open Sample Launch Files');
  if ((await vscode.window.showInformationMessage(message, open)) === open) {
    await vscode.commands.executeCommand(OPEN_SAMPLES);
  }
}
