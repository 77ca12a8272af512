import * as vscode from 'vscode';
import { drawSequence } from '../diagram/sequence.ts';
import type { App } from './app.ts';
import { devicesText } from './devices/exchange-commands.ts';
import { comparisonMarkdown } from './panel/comparison-markdown.ts';
import type { PanelHost } from './panel/panel-host.ts';
import { plainText } from './panel/plain-text.ts';
import { raceDiagram, raceText } from './races/race-text.ts';

/** Something that can be written into a file. */
interface ExportItem extends vscode.QuickPickItem {
  readonly fileName: string;
  readonly text: string;
}

/** *Export…*: what the panel shows, and the devices of the tree, as files. Returns where it was written. */
export function registerExportCommand(app: App, panel: PanelHost): void {
  const run = app.guarded(vscode.l10n.t('Export…'), async (wanted?: unknown, target?: unknown) => {
    const items = exportItems(app, panel);
    const placeHolder = vscode.l10n.t('What is to be written into a file?');
    const item =
      items.find(({ fileName }) => fileName === wanted) ??
      (await vscode.window.showQuickPick(items, { placeHolder }));
    if (!item) return undefined;
    const uri = target instanceof vscode.Uri ? target : await chooseFile(item.fileName);
    if (!uri) return undefined;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(item.text));
    vscode.window.setStatusBarMessage(vscode.l10n.t('Written: {0}', item.fileName), 3000);
    return uri.toString();
  });
  app.context.subscriptions.push(vscode.commands.registerCommand('irqPath.export', run));
}

async function chooseFile(name: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const title = vscode.l10n.t('Export…');
  return await vscode.window.showSaveDialog({
    title,
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
}

function exportItems(app: App, panel: PanelHost): ExportItem[] {
  const race = panel.counterexample();
  const shown = panel.shown();
  const comparison = panel.comparison();
  return [
    ...(race
      ? [
          {
            label: vscode.l10n.t('Counterexample as Mermaid'),
            description: race.title,
            fileName: 'irq-path-race.mmd',
            text: raceDiagram(race),
          },
          {
            label: vscode.l10n.t('Counterexample as text'),
            description: race.title,
            fileName: 'irq-path-race.txt',
            text: raceText(race),
          },
        ]
      : []),
    ...(shown
      ? [
          {
            label: vscode.l10n.t('Diagram as Mermaid'),
            description: shown.run.simulation.path,
            fileName: 'irq-path.mmd',
            text: drawSequence(shown.rows),
          },
          {
            label: vscode.l10n.t('Steps as text'),
            description: shown.run.simulation.path,
            fileName: 'irq-path.txt',
            text: plainText(shown),
          },
        ]
      : []),
    ...(comparison
      ? [
          {
            label: vscode.l10n.t('Comparison as a Markdown table'),
            description: comparison.columns.map(({ title }) => title).join(' · '),
            fileName: 'irq-path-comparison.md',
            text: comparisonMarkdown(comparison),
          },
        ]
      : []),
    {
      label: vscode.l10n.t('Devices and what-ifs as JSON'),
      description: vscode.l10n.t('for Import Devices…'),
      fileName: 'irq-path-devices.json',
      text: devicesText(app.store),
    },
  ];
}
