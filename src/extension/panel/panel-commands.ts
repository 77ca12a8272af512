import * as vscode from 'vscode';
import type { PanelCommand, Subject } from '../../protocol/panel-state.ts';
import { APPLY_WHAT_IF, CHANGE_ASSUMPTIONS, RESET_WHAT_IF } from '../command-names.ts';
import { OPEN_SAMPLES } from '../samples.ts';

/** Does what a button of the panel stands for. */
export async function performCommand(command: PanelCommand, subject: Subject | null): Promise<void> {
  switch (command) {
    case 'openSamples':
      await vscode.commands.executeCommand(OPEN_SAMPLES);
      return;
    case 'changeAssumptions':
      await vscode.commands.executeCommand(CHANGE_ASSUMPTIONS);
      return;
    case 'copyMermaid':
      await vscode.commands.executeCommand('irqPath.copyMermaid');
      return;
    case 'copyText':
      await vscode.commands.executeCommand('irqPath.copyText');
      return;
    case 'openFile':
      if (subject?.kind === 'device') await showDevice(subject);
      return;
    case 'applyWhatIf':
      await vscode.commands.executeCommand(APPLY_WHAT_IF, subject);
      return;
    case 'resetWhatIf':
      await vscode.commands.executeCommand(RESET_WHAT_IF, subject);
      return;
    case 'toggleFollow':
    case 'cancelRun':
    case 'runAgain':
    case 'explore':
    case 'stopExploring':
    case 'goOnExploring':
    case 'closeRace':
      // The panel's own business.
      return;
  }
}

/** Puts the cursor on a device of a file. */
export async function showDevice({ uri, line }: Extract<Subject, { kind: 'device' }>): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const place = new vscode.Range(line, 0, line, 0);
  const column = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
  await vscode.window.showTextDocument(document, {
    selection: place,
    viewColumn: column ?? vscode.ViewColumn.One,
  });
}
