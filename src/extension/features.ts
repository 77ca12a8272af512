import { environment } from '#env';
import type * as vscode from 'vscode';
import { registerCodeLens } from './annotations/code-lens.ts';
import { registerDiagnostics } from './annotations/diagnostics.ts';
import { registerInlayHints } from './annotations/inlay-hints.ts';
import { createApp } from './app.ts';
import { registerCompletion } from './assist/register-completion.ts';
import { registerFixes } from './assist/register-fixes.ts';
import { registerOutline } from './assist/register-outline.ts';
import { registerReferences } from './assist/register-references.ts';
import { registerOpenFunction } from './c-sources/open-function.ts';
import { registerCHover } from './c-sources/register-c-hover.ts';
import { registerCLens } from './c-sources/register-c-lens.ts';
import { registerShowStep } from './c-sources/show-step.ts';
import { registerChangeAssumptions } from './change-assumptions.ts';
import { registerCopyCommands } from './copy-commands.ts';
import { registerCompareCommand } from './devices/compare-command.ts';
import { registerDeviceCommands } from './devices/device-commands.ts';
import { registerDevicesTree } from './devices/devices-tree.ts';
import { registerImportCommand } from './devices/exchange-commands.ts';
import { registerOptionCommands } from './devices/option-commands.ts';
import { registerExportCommand } from './export-command.ts';
import { registerFollowCursor } from './follow-cursor.ts';
import { registerOptionHover } from './hover/option-hover.ts';
import { registerPathsTree } from './library/paths-tree.ts';
import { registerPanel } from './panel/panel-host.ts';
import { registerCompareWithQemu } from './qemu/compare-with-qemu.ts';
import { registerRacesCommand } from './races-command.ts';
import { registerSamples } from './samples.ts';
import { registerSimulateCommand } from './simulate-command.ts';

/** What has to be asked for what was there before everything was loaded. */
export interface Features {
  readonly panelSerializer: vscode.WebviewPanelSerializer;
}

/** Everything that the extension does, from here on. */
export function registerFeatures(context: vscode.ExtensionContext): Features {
  const app = createApp(context, environment);
  const { panel, serializer } = registerPanel(app);
  registerSimulateCommand(app, panel);
  registerCopyCommands(app, panel);
  registerRacesCommand(app, panel);
  registerSamples(app);
  registerChangeAssumptions(app);
  const devices = registerDevicesTree(app);
  registerDeviceCommands(app, devices, panel);
  registerCompareCommand(app, devices, panel);
  registerImportCommand(app);
  registerExportCommand(app, panel);
  registerOptionCommands(app, devices, panel);
  registerPathsTree(app);
  registerFollowCursor(app, panel);
  registerOptionHover(app);
  registerCodeLens(app);
  registerShowStep(app, panel);
  registerOpenFunction(app, panel);
  registerCLens(app);
  registerCHover(app);
  registerInlayHints(app);
  registerDiagnostics(app);
  registerCompletion(app);
  registerFixes(app);
  registerOutline(app);
  registerReferences(app);
  registerCompareWithQemu(app);
  app.log.debug(`activated (${environment.kind})`);
  return { panelSerializer: serializer };
}
