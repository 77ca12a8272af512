import * as vscode from 'vscode';
import type { Subject } from '../../protocol/panel-state.ts';
import { ASSUME_SECTION } from '../assumptions.ts';
import type { DeviceStore } from '../what-if/device-store.ts';

/** How long a file must rest before the panel answers again. */
const SETTLE_MS = 300;

/** Calls `askAgain` when an answer about the subject may be another one now: what-ifs, assumptions or its file have changed. */
export function whenAnswersChange(
  store: DeviceStore,
  subjectNow: () => Subject | null,
  askAgain: (afterMs: number) => void,
): vscode.Disposable {
  const stop = store.onChange(() => {
    askAgain(0);
  });
  return vscode.Disposable.from(
    new vscode.Disposable(stop),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(ASSUME_SECTION)) askAgain(0);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const subject = subjectNow();
      const uri = document.uri.toString();
      const members = subject?.kind === 'comparison' ? subject.members : subject ? [subject] : [];
      if (members.some((one) => one.kind === 'device' && one.uri === uri)) askAgain(SETTLE_MS);
    }),
  );
}
