import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { ASSUME_SECTION, assumedFacts } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { launchFileOf, resolvedFileOf } from '../question/launch-documents.ts';
import { silentDefaults } from './silent-defaults.ts';

const SETTING = 'irqPath.inlayHints';

/** Shows the silent default that decides over a device's path, where it would have been written. */
export function registerInlayHints(app: App): void {
  const changed = new vscode.EventEmitter<void>();
  const provide = app.guarded(
    vscode.l10n.t('Inlay hints'),
    (document: vscode.TextDocument, range: vscode.Range) => hintsOf(document, range),
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

function hintsOf(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
  if (!vscode.workspace.getConfiguration().get<boolean>(SETTING, true)) return [];
  const file = launchFileOf(document);
  const facts = assumedFacts();
  if (!file.ok || file.value.machines.length === 0 || !facts.ok) return [];
  return silentDefaults(file.value, resolvedFileOf(file.value, facts.value), facts.value).flatMap(
    ({ position, option, value, because }) => {
      const place = new vscode.Position(position.line, position.character);
      if (!range.contains(place)) return [];
      const hint = new vscode.InlayHint(place, `${option}: ${value}`, vscode.InlayHintKind.Parameter);
      hint.paddingLeft = true;
      hint.tooltip = because;
      return [hint];
    },
  );
}
