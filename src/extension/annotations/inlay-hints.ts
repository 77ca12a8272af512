import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { ASSUME_SECTION, assumedFacts } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { readDocument } from '../question/launch-documents.ts';
import { inSlices } from '../slices.ts';
import { silentDefaults } from './silent-defaults.ts';

const SETTING = 'irqPath.inlayHints';

/** Shows the silent default that decides over a device's path, where it would have been written. */
export function registerInlayHints(app: App): void {
  const changed = new vscode.EventEmitter<void>();
  const provide = app.guarded(
    vscode.l10n.t('Inlay hints'),
    async (document: vscode.TextDocument, range: vscode.Range, token: vscode.CancellationToken) =>
      await hintsOf(document, range, token),
  );
  app.context.subscriptions.push(
    changed,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTING) || event.affectsConfiguration(ASSUME_SECTION)) changed.fire();
    }),
    vscode.languages.registerInlayHintsProvider([...LANGUAGES], {
      onDidChangeInlayHints: changed.event,
      provideInlayHints: provide,
    }),
  );
}

async function hintsOf(
  document: vscode.TextDocument,
  range: vscode.Range,
  token: vscode.CancellationToken,
): Promise<vscode.InlayHint[]> {
  if (!vscode.workspace.getConfiguration().get<boolean>(SETTING, true)) return [];
  const facts = assumedFacts();
  const read = facts.ok ? await readDocument(document, facts.value, token) : undefined;
  if (!facts.ok || !read) return [];
  const job = silentDefaults(read.file, read.resolved, facts.value, range);
  const defaults = (await inSlices(job, () => token.isCancellationRequested)) ?? [];
  return defaults.flatMap(({ position, option, value, because }) => {
    const place = new vscode.Position(position.line, position.character);
    if (!range.contains(place)) return [];
    const hint = new vscode.InlayHint(place, `${option}: ${value}`, vscode.InlayHintKind.Parameter);
    hint.paddingLeft = true;
    hint.tooltip = because;
    return [hint];
  });
}
