import * as vscode from 'vscode';
import type { App } from './app.ts';
import type { PanelHost } from './panel/panel-host.ts';
import { plainText } from './panel/plain-text.ts';
import type { ShownRun } from './panel/finished.ts';
import { raceDiagram, raceText } from './races/race-text.ts';
import type { FoundRace } from './races/race-text.ts';

/** *Copy Diagram as Mermaid* and *Copy Steps as Text*: what the panel shows, a run or a counterexample, into the clipboard. */
export function registerCopyCommands(app: App, panel: PanelHost): void {
  const register = (
    command: string,
    what: string,
    ofRun: (shown: ShownRun) => string,
    ofRace: (race: FoundRace) => string,
  ): void => {
    const copy = app.guarded(what, async () => {
      const race = panel.counterexample();
      const shown = panel.shown();
      const text = race ? ofRace(race) : shown && ofRun(shown);
      if (text === undefined) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('There is no diagram yet: simulate an IRQ path first.'),
        );
        return;
      }
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied to the clipboard'), 3000);
    });
    app.context.subscriptions.push(vscode.commands.registerCommand(command, copy));
  };
  register(
    'irqPath.copyMermaid',
    vscode.l10n.t('Copy Diagram as Mermaid'),
    ({ mermaid }) => mermaid,
    raceDiagram,
  );
  register('irqPath.copyText', vscode.l10n.t('Copy Steps as Text'), plainText, raceText);
}
