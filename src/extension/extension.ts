import type * as vscode from 'vscode';
import { loadWhenNeeded } from './load-when-needed.ts';

/** VS Code calls this once, when a command is used or a file that may be a launch file is opened. */
export function activate(context: vscode.ExtensionContext): void {
  loadWhenNeeded(context, async () => {
    const { registerFeatures } = await import('./features.ts');
    return () => registerFeatures(context);
  });
}
