import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import type { App } from '../app.ts';
import { ASSUME_SECTION, assumedFacts } from '../assumptions.ts';
import { allDevices, groupNodes } from './device-nodes.ts';
import type { DefaultsNode, DeviceNode, GroupNode, OptionNode } from './device-nodes.ts';
import { openLaunchFiles } from './open-files.ts';
import { defaultsItem, deviceItem, groupItem, optionItem } from './tree-items.ts';

type Node = GroupNode | DefaultsNode | DeviceNode | OptionNode;

/** How long a file must rest before the tree reads it again. */
const SETTLE_MS = 300;

/** The *Devices* view, and what other features ask of it. */
export interface DevicesTree {
  /** The devices as they are now, those of the open files first. */
  devices(): Promise<readonly DeviceNode[]>;
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
  return provider;
}

class DevicesProvider implements vscode.TreeDataProvider<Node>, DevicesTree, vscode.Disposable {
  readonly #app: App;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #listeners: vscode.Disposable;
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** What the rows are made of, and all that they say; undefined until they were read once. */
  #groups: GroupNode[] | undefined;
  #shown = '';
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
    if (!node) {
      this.#groups ??= await this.#app.guarded(vscode.l10n.t('Devices'), () => this.#read())();
      return this.#groups ?? [];
    }
    if (node.kind === 'group') return [...node.devices, ...(node.byDefault ? [node.byDefault] : [])];
    if (node.kind === 'defaults') return [...node.devices];
    return node.kind === 'device' ? [...node.options] : [];
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

  getTreeItem(node: Node): vscode.TreeItem {
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

  #refresh(afterMs: number, redraw = true): void {
    clearTimeout(this.#settling);
    this.#stale ||= redraw;
    const refresh = this.#app.guarded(vscode.l10n.t('Devices'), async () => {
      this.#groups = await this.#read();
      const shown = this.#textOf(this.#groups);
      // VS Code drops a press on a row that it draws anew: rows that say what they said stay.
      if (this.#stale && shown !== this.#shown) this.#changed.fire(undefined);
      this.#stale = false;
      this.#shown = shown;
      const devices = allDevices(this.#groups);
      const compared = devices.filter(({ key }) => this.#app.store.isCompared(key)).length;
      await vscode.commands.executeCommand('setContext', 'irqPath.compareCount', compared);
      const hasWhatIf = devices.some((device) => device.hasWhatIf);
      await vscode.commands.executeCommand('setContext', 'irqPath.hasWhatIf', hasWhatIf);
    });
    this.#settling = setTimeout(() => void refresh(), afterMs);
  }

  /** All that the rows say, and the places that they lead to. */
  #textOf(groups: readonly GroupNode[]): string {
    const devices = allDevices(groups);
    const defaults = groups.flatMap(({ byDefault }) => byDefault ?? []);
    const nodes: Node[] = [...groups, ...defaults, ...devices, ...devices.flatMap(({ options }) => options)];
    const subjects = devices.map(({ subject }) => subject);
    const items = nodes.map((node) => this.getTreeItem(node));
    // A row's command holds its node, which may be as large as the file.
    const withoutCommand = (key: string, value: unknown): unknown => (key === 'command' ? undefined : value);
    return JSON.stringify([items, subjects], withoutCommand);
  }
}
