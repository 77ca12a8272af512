import * as vscode from 'vscode';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { reportLines, reportOn } from '../../catalog/qemu-help/report.ts';
import type { QemuReport } from '../../catalog/qemu-help/report.ts';
import { askQemu } from '../../catalog/qemu-help/qemu-answers.ts';
import type { App } from '../app.ts';

export const COMPARE_WITH_QEMU = 'irqPath.compareWithQemu';
const SETTING = 'irqPath.qemuBinary';
const SCHEME = 'irq-path-qemu';

/** The programs that are offered where the setting names none. */
const USUAL: readonly string[] = ['qemu-system-x86_64', 'qemu-system-aarch64'];

/**
 * *Compare Options with My QEMU…*: runs the user's QEMU, which only prints its help, and shows where it and the catalogue
 * differ. Never by itself: only this command does it, and only in a trusted workspace.
 */
export function registerCompareWithQemu(app: App): void {
  const reports = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const compare = app.guarded(vscode.l10n.t('Compare Options with My QEMU'), async () => {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('A program is run for this, and this workspace is not trusted.'),
      );
      return undefined;
    }
    const program = await chooseProgram();
    if (program === undefined) return undefined;
    const report = await withProgress(app, program);
    if (!report.ok) {
      void vscode.window.showWarningMessage(`${program}: ${report.error}`);
      return undefined;
    }
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: `QEMU ${report.value.release} and the catalogue.txt`,
    });
    reports.set(uri.toString(), reportLines(report.value).join('\n'));
    changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    return report.value;
  });
  app.context.subscriptions.push(
    changed,
    vscode.commands.registerCommand(COMPARE_WITH_QEMU, compare),
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => reports.get(uri.toString()) ?? '',
    }),
  );
}

/** The program of the setting, else one that the user picks or types. */
async function chooseProgram(): Promise<string | undefined> {
  const set = vscode.workspace.getConfiguration().get<string>(SETTING, '').trim();
  if (set !== '') return set;
  const other = vscode.l10n.t('Another program…');
  const title = vscode.l10n.t('Which QEMU? It is only asked for help.');
  const chosen = await vscode.window.showQuickPick([...USUAL, other], { title });
  if (chosen !== other) return chosen;
  return await vscode.window.showInputBox({ title, placeHolder: '/usr/local/bin/qemu-system-x86_64' });
}

async function withProgress({ environment }: App, program: string): Promise<Result<QemuReport>> {
  const { runProgram } = environment;
  if (runProgram === null) return fail(vscode.l10n.t('no program can be run in a browser'));
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Asking {0} for its options', program),
    cancellable: true,
  };
  return await vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    const qemu = await askQemu(
      async (question) => await runProgram(program, question, controller.signal),
      (_, total) => {
        progress.report({ increment: 100 / total });
        return !controller.signal.aborted;
      },
    );
    return qemu.ok ? ok(reportOn(program, qemu.value)) : qemu;
  });
}
