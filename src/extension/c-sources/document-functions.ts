import type * as vscode from 'vscode';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { mayHold } from './same-code.ts';
import type { TreeFile } from './same-code.ts';
import { fileInTree, isC } from './source-tree.ts';
import { functionIndex } from './stepped-paths.ts';
import type { FunctionInPath } from './stepped-paths.ts';

/** What the functions that a document may define are steps of. */
export interface DocumentFunctions {
  /** The paths that the function is a step of, those of open launch files first; none for most names. */
  pathsOf(name: string): readonly FunctionInPath[];
}

/** Undefined for a document that is no C of a QEMU or Linux tree, or if the question was dropped. */
export async function functionsIn(
  { runs }: Pick<App, 'runs'>,
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<DocumentFunctions | undefined> {
  const facts = assumedFacts();
  const file = isC(document) ? await fileInTree(document.uri) : undefined;
  if (!file || !facts.ok || token.isCancellationRequested) return undefined;
  const index = await functionIndex(facts.value, runs, token);
  return { pathsOf: (name) => eachPathOnce(index.get(name) ?? [], file) };
}

function eachPathOnce(found: readonly FunctionInPath[], file: TreeFile): FunctionInPath[] {
  const here = found.filter(({ place }) => mayHold(file, place));
  return here.filter(({ path }, i) => here.findIndex((other) => other.path === path) === i);
}
