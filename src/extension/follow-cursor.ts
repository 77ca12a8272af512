import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../facts/read-facts.ts';
import type { App } from './app.ts';
import { assumedFacts } from './assumptions.ts';
import { LANGUAGES } from './languages.ts';
import type { PanelHost } from './panel/panel-host.ts';
import { readDocument } from './question/launch-documents.ts';
import { subjectAt } from './question/targets.ts';

/** How long the cursor must rest. */
const REST_MS = 150;

/** Lets the panel follow the cursor from device to device, and tells menus what the cursor is on. */
export function registerFollowCursor(app: App, panel: PanelHost): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  const look = app.guarded(vscode.l10n.t('Follow the cursor'), async () => {
    const editor = vscode.window.activeTextEditor;
    const document = editor && LANGUAGES.includes(editor.document.languageId) ? editor.document : undefined;
    const facts = assumedFacts();
    // It is found out in slices; what asks after that finds it ready.
    const read = document && (await readDocument(document, facts.ok ? facts.value : DEFAULT_FACTS));
    const hasVm = read !== undefined;
    const subject = hasVm && document && editor ? subjectAt(document, editor.selection.active) : undefined;
    if (subject) panel.follow(subject);
    await vscode.commands.executeCommand('setContext', 'irqPath.hasVm', hasVm);
    await vscode.commands.executeCommand('setContext', 'irqPath.deviceAtCursor', subject !== undefined);
  });
  const later = (): void => {
    clearTimeout(resting);
    resting = setTimeout(() => void look(), REST_MS);
  };
  const toggle = app.guarded(vscode.l10n.t('Follow the cursor'), () => {
    panel.toggleFollow();
  });
  app.context.subscriptions.push(
    vscode.commands.registerCommand('irqPath.toggleFollow', toggle),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor) later();
    }),
    vscode.window.onDidChangeActiveTextEditor(later),
    new vscode.Disposable(() => {
      clearTimeout(resting);
    }),
  );
  later();
}
