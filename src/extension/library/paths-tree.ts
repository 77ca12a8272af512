import * as vscode from 'vscode';
import { ALL_PATHS } from '../../paths/all-paths.ts';
import type { KnownBug, PathInfo } from '../../paths/path.ts';
import type { App } from '../app.ts';
import { FIND_RACES } from '../command-names.ts';
import { SIMULATE } from '../simulate-command.ts';

interface FamilyNode {
  readonly kind: 'family';
  readonly name: string;
}

interface PathNode {
  readonly kind: 'path';
  readonly info: PathInfo;
  /** What commands are given. */
  readonly subject: { readonly kind: 'path'; readonly path: string };
}

interface BugNode {
  readonly kind: 'bug';
  readonly bug: KnownBug;
  /** What commands are given: the path. */
  readonly subject: { readonly kind: 'path'; readonly path: string };
}

type Node = FamilyNode | PathNode | BugNode;

/** The *Paths* view: the library, by family, with the known bugs of each path. */
export function registerPathsTree(app: App): void {
  app.context.subscriptions.push(
    vscode.window.createTreeView<Node>('irqPath.paths', {
      treeDataProvider: { getChildren: childrenOf, getTreeItem: itemOf },
      canSelectMany: true,
      showCollapseAll: true,
    }),
  );
}

function childrenOf(node?: Node): Node[] {
  if (!node) {
    const names = new Set(ALL_PATHS.map(({ info }) => familyOfPath(info)));
    return [...names].map((name) => ({ kind: 'family', name }));
  }
  if (node.kind === 'family') {
    return ALL_PATHS.filter(({ info }) => familyOfPath(info) === node.name).map(({ info }) => ({
      kind: 'path',
      info,
      subject: { kind: 'path', path: info.id },
    }));
  }
  if (node.kind === 'path') {
    return node.info.bugs.map((bug) => ({ kind: 'bug', bug, subject: node.subject }));
  }
  return [];
}

function itemOf(node: Node): vscode.TreeItem {
  switch (node.kind) {
    case 'family':
      return new vscode.TreeItem(node.name, vscode.TreeItemCollapsibleState.Expanded);
    case 'path':
      return pathItem(node);
    case 'bug':
      return bugItem(node);
  }
}

function pathItem(node: PathNode): vscode.TreeItem {
  const { info } = node;
  const state =
    info.bugs.length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(info.id.slice(info.id.indexOf('/') + 1), state);
  item.id = info.id;
  item.description = info.title;
  item.contextValue = 'path';
  item.iconPath = new vscode.ThemeIcon('git-commit');
  item.tooltip = [
    info.id,
    `${info.status}: ${info.introduced ?? '?'}${info.introducedUnverified ? ' (unverified)' : ''} – ${info.removed ?? ''}`,
    ...info.selectedBy,
    info.evidence === 'trace'
      ? vscode.l10n.t('Conforms to a captured trace')
      : vscode.l10n.t('From source code only'),
  ].join('\n');
  item.command = { command: SIMULATE, title: vscode.l10n.t('Simulate IRQ path'), arguments: [node] };
  return item;
}

function bugItem(node: BugNode): vscode.TreeItem {
  const { bug, subject } = node;
  const item = new vscode.TreeItem(bug.name);
  item.id = `${subject.path}#${bug.name}`;
  item.description = bug.title;
  item.contextValue = 'bug';
  item.iconPath = new vscode.ThemeIcon('bug');
  const range = bug.whatIf
    ? vscode.l10n.t('what if: in no release')
    : `${bug.introducedIn ?? '?'} – ${bug.fixedIn ?? vscode.l10n.t('not fixed')}`;
  item.command = { command: FIND_RACES, title: vscode.l10n.t('Show a run with this bug'), arguments: [node] };
  item.tooltip = [bug.title, range, vscode.l10n.t('violates {0}', bug.violates), bug.source].join('\n');
  return item;
}

function familyOfPath({ id }: PathInfo): string {
  return id.slice(0, id.indexOf('/'));
}
