import { environment } from '#env';
import type * as vscode from 'vscode';
import { createApp } from './app.ts';
import { registerCopyCommands } from './copy-commands.ts';
import { registerOptionHover } from './hover/option-hover.ts';
import { registerPanel } from './panel/panel-host.ts';
import { registerSamples } from './samples.ts';
import { registerSimulateCommand } from './simulate-command.ts';

/** VS Code calls this once, when a command is used or a file that may be a launch file is opened. */
export function activate(context: vscode.ExtensionContext): void {
  const app = createApp(context, environment);
  const panel = registerPanel(app);
  registerSimulateCommand(app, panel);
  registerCopyCommands(app, panel);
  registerSamples(app);
  registerOptionHover(app);
  app.log.debug(`activated (${environment.kind})`);
}
