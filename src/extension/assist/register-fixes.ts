import * as vscode from 'vscode';
import type { Problem } from '../../config/problem.ts';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { SOURCE } from '../annotations/diagnostics.ts';
import { readDocument } from '../question/launch-documents.ts';
import { inSlices } from '../slices.ts';
import { fixesFor, problemsIn } from './fixes.ts';
import type { Fix } from './fixes.ts';
import { rangeFrom } from './ranges.ts';

/** Quick fixes for the problems of launch files. */
export function registerFixes(app: App): void {
  const provide = app.guarded(
    vscode.l10n.t('Quick fixes'),
    async (
      document: vscode.TextDocument,
      _: vscode.Range,
      { diagnostics }: vscode.CodeActionContext,
      token: vscode.CancellationToken,
    ) => await actionsFor(document, diagnostics, token),
  );
  app.context.subscriptions.push(
    vscode.languages.registerCodeActionsProvider(
      [...LANGUAGES],
      { provideCodeActions: provide },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

async function actionsFor(
  document: vscode.TextDocument,
  diagnostics: readonly vscode.Diagnostic[],
  token: vscode.CancellationToken,
): Promise<vscode.CodeAction[]> {
  const facts = assumedFacts();
  if (!facts.ok || !diagnostics.some(({ source }) => source === SOURCE)) return [];
  const read = await readDocument(document, facts.value, token);
  if (!read) return [];
  const problems = problemsIn(read.resolved);
  const { version } = document;
  const isOver = (): boolean => token.isCancellationRequested || document.version !== version;
  const actions: vscode.CodeAction[] = [];
  for (const diagnostic of diagnostics) {
    const problem = problems.find((one) => isAbout(diagnostic, one));
    if (!problem) continue;
    const job = fixesFor(document.getText(), read.file, problem, facts.value);
    const fixes = (await inSlices(job, isOver)) ?? [];
    actions.push(...fixes.map((fix) => actionFor(document.uri, diagnostic, fix, fixes.length === 1)));
  }
  return isOver() ? [] : actions;
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
