import * as vscode from 'vscode';
import type { CodePlace } from '../../catalog/code-places.ts';
import type { TreeFile } from './same-code.ts';

/** A folder that holds QEMU or Linux. */
export interface SourceTree {
  readonly tree: CodePlace['tree'];
  readonly root: vscode.Uri;
}

/** Folders that only one of them has. */
const SIGNS: readonly (readonly [tree: CodePlace['tree'], folder: string])[] = [
  ['QEMU', 'hw/vfio'],
  ['Linux', 'virt/kvm'],
  ['Linux', 'drivers/vfio'],
];

/** By folder; each is looked at once. */
const known = new Map<string, Promise<SourceTree | undefined>>();

/** Whether a document is C by the name of its file; headers are C++ to VS Code. */
export function isC({ uri }: vscode.TextDocument): boolean {
  return uri.scheme !== 'untitled' && /\.[ch]$/.test(uri.path);
}

/** The innermost tree of QEMU or Linux that a file is in; undefined if it is in none. */
export async function treeOf(file: vscode.Uri): Promise<SourceTree | undefined> {
  return await treeAround(vscode.Uri.joinPath(file, '..'));
}

/** The same, with the file's place in the tree. */
export async function fileInTree(file: vscode.Uri): Promise<TreeFile | undefined> {
  const found = await treeOf(file);
  if (!found) return undefined;
  return { tree: found.tree, path: file.path.slice(found.root.path.replace(/\/$/, '').length + 1) };
}

function treeAround(folder: vscode.Uri): Promise<SourceTree | undefined> {
  const key = folder.toString();
  const found = known.get(key) ?? lookAround(folder);
  known.set(key, found);
  return found;
}

async function lookAround(folder: vscode.Uri): Promise<SourceTree | undefined> {
  for (const [tree, sign] of SIGNS) {
    if (await isFolder(vscode.Uri.joinPath(folder, sign))) return { tree, root: folder };
  }
  const parent = vscode.Uri.joinPath(folder, '..');
  return parent.path === folder.path ? undefined : await treeAround(parent);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}
