import * as vscode from 'vscode';
import type { PanelCommand, Subject } from '../../protocol/panel-state.ts';
import { ASSUME_SECTION } from '../assumptions.ts';
import { OPEN_SAMPLES } from '../samples.ts';

/** Does what a button of the panel stands for. */
export async function performCommand(command: PanelCommand, subject: Subject | null): Promise<void> {
  switch (command) {
    case 'openSamples':
      await vscode.commands.executeCommand(OPEN_SAMPLES);
      return;
    case 'changeAssumptions':
      await vscode.commands.executeCommand('workbench.action.openSettings', ASSUME_SECTION);
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
  }
}

async function showDevice({ uri, line }: Extract<Subject, { kind: 'device' }>): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const place = new vscode.Range(line, 0, line, 0);
  const column = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn;
  await vscode.window.showTextDocument(document, {
    selection: place,
    viewColumn: column ?? vscode.ViewColumn.One,
  });
}
