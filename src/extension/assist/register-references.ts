import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { LANGUAGES } from '../languages.ts';
import { launchFileOf } from '../question/launch-documents.ts';
import { rangeFrom } from './ranges.ts';
import { namedAt } from './references.ts';

/** *Go to Definition* and *Find References* for what `netdev=`, `drive=`, `iothread=` and `chardev=` name. */
export function registerReferences(app: App): void {
  const namedIn = (document: vscode.TextDocument, position: vscode.Position) => {
    const file = launchFileOf(document);
    return file.ok ? namedAt(file.value, position) : undefined;
  };
  const define = app.guarded(
    vscode.l10n.t('Definition'),
    (document: vscode.TextDocument, position: vscode.Position) => {
      const definition = namedIn(document, position)?.definition;
      return definition ? new vscode.Location(document.uri, rangeFrom(definition)) : undefined;
    },
  );
  const refer = app.guarded(
    vscode.l10n.t('References'),
    (
      document: vscode.TextDocument,
      position: vscode.Position,
      { includeDeclaration }: vscode.ReferenceContext,
    ) => {
      const named = namedIn(document, position);
      const definition = includeDeclaration ? (named?.definition ?? null) : null;
      const places = [...(definition ? [definition] : []), ...(named?.uses ?? [])];
      return places.map((range) => new vscode.Location(document.uri, rangeFrom(range)));
    },
  );
  app.context.subscriptions.push(
    vscode.languages.registerDefinitionProvider([...LANGUAGES], { provideDefinition: define }),
    vscode.languages.registerReferenceProvider([...LANGUAGES], { provideReferences: refer }),
  );
}
