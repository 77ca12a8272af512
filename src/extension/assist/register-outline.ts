import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { readDocument } from '../question/launch-documents.ts';
import { outlineOf } from './outline.ts';
import type { OutlineEntry } from './outline.ts';
import { rangeFrom } from './ranges.ts';

/** Virtual machines, their devices and backends in the outline of a file. */
export function registerOutline(app: App): void {
  const provide = app.guarded(
    vscode.l10n.t('Outline'),
    async (document: vscode.TextDocument, token: vscode.CancellationToken) => {
      const facts = assumedFacts();
      const read = facts.ok ? await readDocument(document, facts.value, token) : undefined;
      return read ? outlineOf(read.file, read.resolved).map(symbolFor) : [];
    },
  );
  app.context.subscriptions.push(
    vscode.languages.registerDocumentSymbolProvider(
      [...LANGUAGES],
      { provideDocumentSymbols: provide },
      { label: 'IRQ Path' },
    ),
  );
}

const KINDS = {
  machine: vscode.SymbolKind.Module,
  device: vscode.SymbolKind.Object,
  defaults: vscode.SymbolKind.Namespace,
  backend: vscode.SymbolKind.Interface,
} as const;

function symbolFor({ kind, name, detail, range, children }: OutlineEntry): vscode.DocumentSymbol {
  const place = rangeFrom(range);
  // What a variable holds stands outside of the command that uses it; VS Code wants the whole to hold its parts.
  const symbol = new vscode.DocumentSymbol(name, detail, KINDS[kind], place, place);
  symbol.children = children.map(symbolFor);
  symbol.range = symbol.children.reduce((whole, child) => whole.union(child.range), symbol.range);
  return symbol;
}
