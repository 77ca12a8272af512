import * as vscode from 'vscode';
import type { App } from './app.ts';

export const OPEN_SAMPLES = 'irqPath.openSamples';

interface Sample {
  readonly file: string;
  readonly language: string;
  readonly description: string;
}

/** *Open Sample Launch Files*: opens a copy, so that it can be changed without touching the extension. */
export function registerSamples(app: App): void {
  const open = app.guarded(vscode.l10n.t('Open Sample Launch Files'), async (wanted?: unknown) => {
    const sample = samples().find(({ file }) => file === wanted) ?? (await chooseSample());
    if (!sample) return;
    const uri = vscode.Uri.joinPath(app.context.extensionUri, 'samples', sample.file);
    const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const document = await vscode.workspace.openTextDocument({ language: sample.language, content });
    await vscode.window.showTextDocument(document);
  });
  app.context.subscriptions.push(vscode.commands.registerCommand(OPEN_SAMPLES, open));
}

async function chooseSample(): Promise<Sample | undefined> {
  const items = samples().map((sample) => ({ label: sample.file, detail: sample.description, sample }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which sample?') }))?.sample;
}

function samples(): Sample[] {
  return [
    {
      file: 'xgmac.sh',
      language: 'shellscript',
      description: vscode.l10n.t('A launch script that assigns a Calxeda xgmac and turns its irqfd off'),
    },
    {
      file: 'xgmac-json.sh',
      language: 'shellscript',
      description: vscode.l10n.t('The same device in QEMU’s JSON form, with a shorter mmap timeout'),
    },
    {
      file: 'document-000.args',
      language: 'qemu-args',
      description: vscode.l10n.t(
        'The command line of a mail of June 2014, in the option names of that series',
      ),
    },
  ];
}
