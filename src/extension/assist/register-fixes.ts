import * as vscode from 'vscode';
import type { Problem } from '../../config/problem.ts';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { launchFileOf, resolvedFileOf } from '../question/launch-documents.ts';
import { fixesFor, problemsIn } from './fixes.ts';
import type { Fix } from './fixes.ts';
import { rangeFrom } from './ranges.ts';

/** Quick fixes for the problems of launch files. */
export function registerFixes(app: App): void {
  const provide = app.guarded(
    vscode.l10n.t('Quick fixes'),
    (document: vscode.TextDocument, _: vscode.Range, { diagnostics }: vscode.CodeActionContext) =>
      actionsFor(document, diagnostics),
  );
  app.context.subscriptions.push(
    vscode.languages.registerCodeActionsProvider(
      [...LANGUAGES],
      { provideCodeActions: provide },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

function actionsFor(
  document: vscode.TextDocument,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
  const file = launchFileOf(document);
  const facts = assumedFacts();
  if (!file.ok || !facts.ok) return [];
  const problems = problemsIn(resolvedFileOf(file.value, facts.value));
  return diagnostics.flatMap((diagnostic) => {
    const problem = problems.find((one) => isAbout(diagnostic, one));
    if (!problem) return [];
    const fixes = fixesFor(document.getText(), file.value, problem, facts.value);
    return fixes.map((fix) => actionFor(document.uri, diagnostic, fix, fixes.length === 1));
  });
}

function isAbout({ code, message, range }: vscode.Diagnostic, problem: Problem): boolean {
  return code === problem.code && message === problem.message && range.isEqual(rangeFrom(problem.range));
}

function actionFor(
  uri: vscode.Uri,
  diagnostic: vscode.Diagnostic,
  { title, edits }: Fix,
  isOnly: boolean,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = isOnly;
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) action.edit.replace(uri, rangeFrom(range), text);
  return action;
}
