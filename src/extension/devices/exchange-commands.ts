import * as vscode from 'vscode';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { App } from '../app.ts';
import { baseName } from '../question/launch-documents.ts';
import { parseUri } from '../question/targets.ts';
import { deviceKey, placeOfKey } from '../what-if/device-store.ts';
import type { DeviceStore } from '../what-if/device-store.ts';
import { readDevices, writeDevices } from '../what-if/exchange.ts';

/** What became of an import; for its caller and for tests, which cannot see messages. */
export type ImportOutcome =
  | { readonly kind: 'imported'; readonly added: number; readonly whatIfs: number }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** *Import Devices…*: adds the devices and what-ifs of a file that *Export…* wrote. */
export function registerImportCommand(app: App): void {
  const importDevices = app.guarded(vscode.l10n.t('Import Devices…'), async (target?: unknown) => {
    const uri = target instanceof vscode.Uri ? target : await chooseFile();
    if (!uri) return { kind: 'cancelled' } as const;
    const outcome = await importFrom(uri, app.store);
    if (outcome.kind === 'refused') void vscode.window.showErrorMessage(outcome.message);
    else void vscode.window.showInformationMessage(importedText(outcome.added, outcome.whatIfs));
    return outcome;
  });
  app.context.subscriptions.push(vscode.commands.registerCommand('irqPath.importDevices', importDevices));
}

/** The added devices and what-ifs of this workspace, as the text of a file. */
export function devicesText(store: DeviceStore): string {
  const whatIfs = Object.entries(store.overlays).flatMap(([key, options]) => {
    const place = placeOfKey(key);
    const uri = place && parseUri(place.uri);
    if (!place || !uri) return [];
    const inFolder = vscode.workspace.getWorkspaceFolder(uri) === vscode.workspace.workspaceFolders?.[0];
    const file = inFolder ? vscode.workspace.asRelativePath(uri, false) : place.uri;
    return [{ file, machine: place.machine, device: place.id, options }];
  });
  return writeDevices({ added: store.added, whatIfs });
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Import Devices…'),
    filters: { JSON: ['json'] },
  });
  return files?.[0];
}

async function importFrom(
  uri: vscode.Uri,
  store: DeviceStore,
): Promise<Exclude<ImportOutcome, { kind: 'cancelled' }>> {
  const text = await textOf(uri);
  const read = text.ok ? readDevices(text.value) : text;
  if (!read.ok) return { kind: 'refused', message: `${baseName(uri)}:${read.error}` };
  const { added, whatIfs } = read.value;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const overlays = whatIfs.flatMap(({ file, machine, device, options }) => {
    const isUri = /^[a-z][\w+.-]+:/i.test(file);
    const launchFile = isUri ? parseUri(file) : folder && vscode.Uri.joinPath(folder, file);
    return launchFile ? [[deviceKey(launchFile.toString(), machine, device), options] as const] : [];
  });
  store.import(added, Object.fromEntries(overlays));
  return { kind: 'imported', added: added.length, whatIfs: overlays.length };
}

async function textOf(uri: vscode.Uri): Promise<Result<string>> {
  try {
    return ok(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch (error) {
    return fail(` ${error instanceof Error ? error.message : String(error)}`);
  }
}

function importedText(added: number, whatIfs: number): string {
  const devices = added === 1 ? vscode.l10n.t('1 device') : vscode.l10n.t('{0} devices', added);
  const changes = whatIfs === 1 ? vscode.l10n.t('1 what-if') : vscode.l10n.t('{0} what-ifs', whatIfs);
  return vscode.l10n.t('Imported: {0}, {1}.', devices, changes);
}
