import * as vscode from 'vscode';
import type { Facts } from '../../facts/facts.ts';
import { LANGUAGES } from '../languages.ts';
import { baseName, openLaunchFile, readDocument } from '../question/launch-documents.ts';
import type { OpenFile } from './device-nodes.ts';

/** Names of files that are read although their tab has not been looked at since the window was opened. */
const LAUNCH_FILE = /\.(sh|args)$/;

/** The files in tabs of this window that start a virtual machine, in the order of the tabs. */
export async function openLaunchFiles(facts: Facts): Promise<OpenFile[]> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = new Map(
    tabs.flatMap(({ input }) =>
      input instanceof vscode.TabInputText ? [[input.uri.toString(), input.uri]] : [],
    ),
  );
  const documents = await Promise.all([...uris.values()].map(documentOf));
  const read = await Promise.all(
    documents.map(async (document): Promise<OpenFile[]> => {
      if (!document || !LANGUAGES.includes(document.languageId)) return [];
      const found = await readDocument(document, facts);
      return found ? [{ uri: document.uri.toString(), fileName: baseName(document.uri), ...found }] : [];
    }),
  );
  return read.flat();
}

async function documentOf(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const name = uri.toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === name);
  if (open || !LAUNCH_FILE.test(uri.path)) return open;
  const document = await openLaunchFile(uri);
  return document.ok ? document.value : undefined;
}
