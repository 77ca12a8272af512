import * as vscode from 'vscode';
import { isC, treeOf } from './c-sources/source-tree.ts';
import { mayStartQemu } from '../config/may-start-qemu.ts';
import type { Features } from './features.ts';
import { PANEL_TYPE } from './panel/panel-type.ts';

/** What package.json says the extension contributes, as far as it has to stand in for it. */
interface Contributions {
  readonly commands: readonly { readonly command: string }[];
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

/**
 * Loads everything, and then registers it, as soon as it is needed: a file that could start QEMU is there or a C source of
 * QEMU or Linux, a command is called, a view is opened or a panel comes back. Until then a window with other scripts and
 * notes has a few stand-ins in it and nothing else.
 */
export function loadWhenNeeded(context: vscode.ExtensionContext, load: () => Promise<() => Features>): void {
  const standIns: vscode.Disposable[] = [];
  let loading: Promise<Features> | undefined;
  const start = (): Promise<Features> => (loading ??= begin());
  const begin = async (): Promise<Features> => {
    const register = await load();
    for (const standIn of standIns) standIn.dispose();
    return register();
  };
  if (vscode.workspace.textDocuments.some((document) => mayStartQemu(document.getText()))) {
    void start();
    return;
  }
  const startIfInTree = async (document: vscode.TextDocument): Promise<void> => {
    if (isC(document) && (await treeOf(document.uri))) void start();
  };
  for (const document of vscode.workspace.textDocuments) void startIfInTree(document);
  const { commands, views } = (context.extension.packageJSON as { contributes: Contributions }).contributes;
  standIns.push(
    ...commands.map(({ command }) =>
      vscode.commands.registerCommand(command, async (...parameters: readonly unknown[]) => {
        await start();
        return await vscode.commands.executeCommand(command, ...parameters);
      }),
    ),
    ...Object.values(views)
      .flat()
      .map(({ id }) => vscode.window.registerTreeDataProvider(id, emptyUntil(start))),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
      deserializeWebviewPanel: async (panel, state) => {
        const { panelSerializer } = await start();
        await panelSerializer.deserializeWebviewPanel(panel, state);
      },
    }),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (mayStartQemu(document.getText())) void start();
      else void startIfInTree(document);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const isSign = contentChanges.some(
        ({ text, range }) => mayStartQemu(text) || mayStartQemu(document.lineAt(range.start.line).text),
      );
      if (isSign) void start();
    }),
  );
  context.subscriptions.push(...standIns);
}

/** A view that has nothing to show, and makes the real one take its place. */
function emptyUntil(start: () => Promise<unknown>): vscode.TreeDataProvider<never> {
  return {
    getTreeItem: (element) => element,
    getChildren: async () => {
      await start();
      return [];
    },
  };
}
