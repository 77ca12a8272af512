import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import type { App } from '../app.ts';
import { ASSUME_SECTION, assumedFacts } from '../assumptions.ts';
import { changedRows } from './changed-rows.ts';
import type { Row } from './changed-rows.ts';
import { allDevices, groupNodes, isForFile } from './device-nodes.ts';
import type { DefaultsNode, DeviceNode, GroupNode, OptionNode } from './device-nodes.ts';
import { openLaunchFiles } from './open-files.ts';
import { defaultsItem, deviceItem, groupItem, optionItem } from './tree-items.ts';

type Node = GroupNode | DefaultsNode | DeviceNode | OptionNode;

/** How long a file must rest before the tree reads it again. */
const SETTLE_MS = 300;

/** How long VS Code may take to read rows anew, and how often is looked whether it has. */
const ROWS_MS = 10_000;
const LOOK_MS = 50;

/** The key of all rows together. */
const ALL = '';

/** The *Devices* view, and what other features ask of it. */
export interface DevicesTree {
  /** The devices as they are now, those of the open files first. */
  devices(): Promise<readonly DeviceNode[]>;
  /** The row that was pressed last; undefined if there is none any more. */
  pressed(): Promise<DeviceNode | OptionNode | undefined>;
}

/** Makes the *Devices* view: what the open launch files and the user bring, with their options as what-ifs. */
export function registerDevicesTree(app: App): DevicesTree {
  const provider = new DevicesProvider(app);
  const view = vscode.window.createTreeView<Node>('irqPath.devices', {
    treeDataProvider: provider,
    manageCheckboxStateManually: true,
    showCollapseAll: true,
  });
  view.onDidChangeCheckboxState(({ items }) => {
    provider.check(items);
  });
  app.context.subscriptions.push(provider, view);
  return { devices: () => provider.devices(), pressed: () => pressedRow(view, provider) };
}

/**
 * A row does not hold itself as a parameter of its command: VS Code would know the command no longer as soon as the row is
 * read anew, and a press that is on its way would go nowhere. It forgets the selected row too, until it has read it.
 */
async function pressedRow(
  view: vscode.TreeView<Node>,
  provider: DevicesProvider,
): Promise<DeviceNode | OptionNode | undefined> {
  for (let waitedMs = 0; waitedMs < ROWS_MS; waitedMs += LOOK_MS) {
    const [row] = view.selection;
    if (row) return row.kind === 'group' || row.kind === 'defaults' ? undefined : provider.now(row);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return undefined;
}

class DevicesProvider implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #app: App;
  readonly #changed = new vscode.EventEmitter<Node[] | undefined>();
  readonly #listeners: vscode.Disposable;
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** What the rows are made of; undefined until they were read once. */
  #groups: GroupNode[] | undefined;
  /** The same by their keys, and as VS Code was given them: a row that is drawn anew stays the same object for it. */
  #nodes: ReadonlyMap<string, Node> = new Map();
  readonly #given = new Map<string, Node>();
  /** All that the rows say. */
  #shown: Row = { key: ALL, text: '', children: [] };
  /** Whether VS Code has asked for rows; while it waits for its first ones, to be told of others makes it forget them. */
  #isDrawn = false;
  /** Whether the rows may have to be drawn anew: not where the user has just ticked them. */
  #stale = true;
  #ticking = false;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(app: App) {
    this.#app = app;
    this.#listeners = vscode.Disposable.from(
      this.#changed,
      new vscode.Disposable(
        app.store.onChange(() => {
          this.#refresh(0, !this.#ticking);
        }),
      ),
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if (opened.length + closed.length > 0) this.#refresh(0);
      }),
      vscode.workspace.onDidOpenTextDocument(() => {
        this.#refresh(SETTLE_MS);
      }),
      vscode.workspace.onDidChangeTextDocument(() => {
        this.#refresh(SETTLE_MS);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(ASSUME_SECTION)) this.#refresh(0);
      }),
    );
    this.#refresh(0);
  }

  async devices(): Promise<readonly DeviceNode[]> {
    return allDevices(await this.#read());
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node && !this.#groups) await this.#app.guarded(vscode.l10n.t('Devices'), () => this.#readFirst())();
    if (!node) this.#given.clear();
    const children = node ? below(this.now(node)) : (this.#groups ?? []);
    for (const child of children) this.#given.set(child.key, child);
    this.#isDrawn = true;
    return [...children];
  }

  /** What a row has become since VS Code was given it. */
  now<T extends Node>(row: T): T {
    return (this.#nodes.get(row.key) as T | undefined) ?? row;
  }

  /**
   * Keeps which devices are compared. The rows show it already, and are not drawn anew: VS Code drops a tick that
   * comes while it asks for rows.
   */
  check(items: readonly (readonly [Node, vscode.TreeItemCheckboxState])[]): void {
    this.#ticking = true;
    for (const [node, state] of items) {
      if (node.kind !== 'device') continue;
      this.#app.store.setCompared(node.key, state === vscode.TreeItemCheckboxState.Checked);
    }
    this.#ticking = false;
  }

  getTreeItem(row: Node): vscode.TreeItem {
    const node = this.now(row);
    switch (node.kind) {
      case 'group':
        return groupItem(node);
      case 'defaults':
        return defaultsItem(node);
      case 'device':
        return deviceItem(node, this.#app.store);
      case 'option':
        return optionItem(node);
    }
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#listeners.dispose();
  }

  async #read(): Promise<GroupNode[]> {
    const assumed = assumedFacts();
    const facts = assumed.ok ? assumed.value : DEFAULT_FACTS;
    return groupNodes(await openLaunchFiles(facts), this.#app.store, facts);
  }

  async #readFirst(): Promise<void> {
    const groups = await this.#read();
    // What was read since is newer.
    if (!this.#groups) this.#keep(groups);
  }

  #refresh(afterMs: number, redraw = true): void {
    clearTimeout(this.#settling);
    this.#stale ||= redraw;
    const refresh = this.#app.guarded(vscode.l10n.t('Devices'), async () => {
      const groups = await this.#read();
      const changed = this.#keep(groups);
      // VS Code drops a tick of a row that it reads anew: rows that say what they said stay.
      if (this.#stale && this.#isDrawn) this.#draw(changed);
      this.#stale = false;
      const devices = allDevices(groups);
      const compared = devices.filter(({ key }) => this.#app.store.isCompared(key)).length;
      await vscode.commands.executeCommand('setContext', 'irqPath.compareCount', compared);
      const hasWhatIf = devices.some((device) => device.hasWhatIf);
      await vscode.commands.executeCommand('setContext', 'irqPath.hasWhatIf', hasWhatIf);
      const isForAFile = devices.some(isForFile);
      await vscode.commands.executeCommand('setContext', 'irqPath.hasWhatIfForFile', isForAFile);
    });
    this.#settling = setTimeout(() => void refresh(), afterMs);
  }

  /** Returns the keys of the rows that say something else than before. */
  #keep(groups: GroupNode[]): readonly string[] {
    this.#groups = groups;
    this.#nodes = new Map(groups.flatMap(withAllBelow).map((node) => [node.key, node]));
    const before = this.#shown;
    this.#shown = this.#rowsOf(groups);
    return changedRows(before, this.#shown);
  }

  #draw(keys: readonly string[]): void {
    const rows = keys.flatMap((key) => this.#given.get(key) ?? []);
    if (keys.includes(ALL)) this.#changed.fire(undefined);
    else if (rows.length > 0) this.#changed.fire(rows);
  }

  /** All that the rows say, and the places that they lead to. */
  #rowsOf(groups: readonly GroupNode[]): Row {
    const rowOf = (node: Node): Row => {
      const children = below(node);
      // A device that has moved is another object for VS Code, which only the row above it brings.
      const subjects = children.flatMap((child) => (child.kind === 'device' ? [child.subject] : []));
      const text = JSON.stringify([this.getTreeItem(node), subjects]);
      return { key: node.key, text, children: children.map(rowOf) };
    };
    return { key: ALL, text: '', children: groups.map(rowOf) };
  }
}

function below(node: Node): readonly Node[] {
  if (node.kind === 'option') return [];
  if (node.kind === 'device') return node.options;
  return node.kind === 'group' && node.byDefault ? [...node.devices, node.byDefault] : node.devices;
}

function withAllBelow(node: Node): Node[] {
  return [node, ...below(node).flatMap(withAllBelow)];
}
