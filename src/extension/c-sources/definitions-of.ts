import type * as vscode from 'vscode';
import { definitionsIn } from './definitions.ts';
import type { Definition } from './definitions.ts';

type Definitions = ReadonlyMap<string, Definition>;

const cache = new WeakMap<
  vscode.TextDocument,
  { readonly version: number; readonly definitions: Definitions }
>();

/** The functions that a document defines, looked for once for each of its versions. */
export function definitionsOf(document: vscode.TextDocument): Definitions {
  const known = cache.get(document);
  if (known?.version === document.version) return known.definitions;
  const definitions = definitionsIn(document.getText());
  cache.set(document, { version: document.version, definitions });
  return definitions;
}
