import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { launchFileOf } from '../question/launch-documents.ts';
import { completionsAt } from './completions.ts';
import type { Completion } from './completions.ts';
import { libvirtCompletionsIn } from './libvirt-completions.ts';
import { rangeFrom } from './ranges.ts';

/** Completion of option names and values: what the device and the assumed release have, or libvirt in its XML. */
export function registerCompletion(app: App): void {
  const provide = app.guarded(
    vscode.l10n.t('Completion'),
    (document: vscode.TextDocument, position: vscode.Position) => itemsAt(document, position),
  );
  const provider = { provideCompletionItems: provide };
  const others = LANGUAGES.filter((language) => language !== 'xml');
  app.context.subscriptions.push(
    vscode.languages.registerCompletionItemProvider(others, provider, ',', '='),
    vscode.languages.registerCompletionItemProvider('xml', provider, ' ', "'", '"'),
  );
}

function itemsAt(document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const file = launchFileOf(document);
  const facts = assumedFacts();
  if (!file.ok || !facts.ok) return [];
  const inTag = libvirtCompletionsIn(file.value, document.getText(), position);
  if (inTag.length > 0) return inTag.map(itemFor);
  return completionsAt(file.value, position, facts.value).map(itemFor);
}

const KINDS = {
  option: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  type: vscode.CompletionItemKind.Class,
  id: vscode.CompletionItemKind.Reference,
} as const;

function itemFor(completion: Completion, number: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label: completion.label, description: completion.detail });
  item.kind = KINDS[completion.kind];
  // The value is written between the quotation marks.
  const opened = completion.text.endsWith(`=''`);
  item.insertText = opened ? new vscode.SnippetString(`${completion.text.slice(0, -1)}$1'`) : completion.text;
  item.range = rangeFrom(completion.range);
  item.sortText = String(number).padStart(4, '0');
  if (completion.documentation !== '')
    item.documentation = new vscode.MarkdownString(completion.documentation);
  if (completion.asksAgain)
    item.command = { command: 'editor.action.triggerSuggest', title: vscode.l10n.t('Values') };
  return item;
}
