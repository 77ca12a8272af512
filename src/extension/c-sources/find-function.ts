import * as vscode from 'vscode';
import { inAllReleases } from '../../catalog/code-places.ts';
import type { CodePlace } from '../../catalog/code-places.ts';
import { definitionsIn } from './definitions.ts';
import { mayHold } from './same-code.ts';
import { fileInTree, isC, treeOf } from './source-tree.ts';

/** Larger files are not read for this: no source of QEMU or Linux is. */
const LARGEST_FILE = 4 * 1024 * 1024;
/** A folder of a tree with more C files than that would be a list of tables. */
const MOST_FILES = 300;

/**
 * Where the workspace defines a function: as a C extension says, else by its file, else by files that have that name in
 * another folder, or lie beside where it was. Undefined if it is in none of them.
 */
export async function findFunction(place: CodePlace): Promise<vscode.Location | undefined> {
  return (await askProviders(place)) ?? (await searchFiles(place));
}

/** What extensions that index C know; nothing without one. */
async function askProviders(place: CodePlace): Promise<vscode.Location | undefined> {
  for (const name of inAllReleases(place).names) {
    const symbols = await vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>(
      'vscode.executeWorkspaceSymbolProvider',
      name,
    );
    for (const symbol of symbols ?? []) {
      // Some put parameters behind the name.
      if (symbol.name.replace(/\(.*$/s, '') !== name || !isFunction(symbol.kind)) continue;
      const { uri } = symbol.location;
      // A declaration in a header is not what was asked for.
      const definition = (await isOf(place, uri)) ? await definitionIn(uri, place) : undefined;
      if (definition) return definition;
    }
  }
  return undefined;
}

function isFunction(kind: vscode.SymbolKind): boolean {
  return kind === vscode.SymbolKind.Function || kind === vscode.SymbolKind.Method;
}

async function searchFiles(place: CodePlace): Promise<vscode.Location | undefined> {
  const { files } = inAllReleases(place);
  for (const root of await rootsFor(place)) {
    for (const file of files) {
      const found = await definitionIn(vscode.Uri.joinPath(root, file), place);
      if (found) return found;
    }
  }
  const globs = files.flatMap((file) => {
    const folder = file.slice(0, file.lastIndexOf('/'));
    return [`**/${file}`, `**/${file.slice(folder.length + 1)}`, `**/${folder}/*.[ch]`];
  });
  const looked = new Set<string>();
  for (const glob of new Set(globs)) {
    for (const uri of await vscode.workspace.findFiles(glob, undefined, MOST_FILES)) {
      if (looked.has(uri.toString())) continue;
      looked.add(uri.toString());
      const found = (await isOf(place, uri)) ? await definitionIn(uri, place) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** The folders of the workspace, and the trees of open files. */
async function rootsFor({ tree }: CodePlace): Promise<vscode.Uri[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const trees = await Promise.all(vscode.workspace.textDocuments.filter(isC).map(({ uri }) => treeOf(uri)));
  return [...folders, ...trees.flatMap((one) => (one?.tree === tree ? [one.root] : []))];
}

async function isOf(place: CodePlace, uri: vscode.Uri): Promise<boolean> {
  const file = await fileInTree(uri);
  return file !== undefined && mayHold(file, place);
}

/** Where a file defines the function under one of its names; an assembler file where it names it first. */
async function definitionIn(uri: vscode.Uri, place: CodePlace): Promise<vscode.Location | undefined> {
  const text = await textOf(uri);
  if (text === undefined) return undefined;
  const definitions = definitionsIn(text);
  for (const name of inAllReleases(place).names) {
    const found = definitions.get(name);
    if (found) return new vscode.Location(uri, new vscode.Position(found.line, found.character));
    const line = uri.path.endsWith('.S') ? text.split('\n').findIndex((one) => hasWord(one, name)) : -1;
    if (line >= 0) return new vscode.Location(uri, new vscode.Position(line, 0));
  }
  return undefined;
}

function hasWord(line: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(line);
}

/** A file's text, with what an editor has not saved; undefined if it cannot be read or is no source. */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > LARGEST_FILE) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
