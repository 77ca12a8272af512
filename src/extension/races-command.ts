import * as vscode from 'vscode';
import { ALL_PATHS, findPath } from '../paths/all-paths.ts';
import type { SingleSubject } from '../protocol/panel-state.ts';
import type { App } from './app.ts';
import { FIND_RACES } from './command-names.ts';
import type { PanelHost } from './panel/panel-host.ts';
import type { Outcome } from './question/outcome.ts';
import { subjectFor } from './question/targets.ts';

/** *Find Races in IRQ Path…*: of what the command was given, the device under the cursor, or a path that is chosen. */
export function registerRacesCommand(app: App, panel: PanelHost): void {
  const run = app.guarded(
    vscode.l10n.t('Find Races in IRQ Path…'),
    async (target?: unknown, bug?: unknown) => {
      const subject = (await subjectFor(target)) ?? (await chooseRaces());
      if (!subject) return { kind: 'cancelled' } satisfies Outcome;
      const wanted = typeof bug === 'string' ? bug : bugOf(target);
      return await panel.showRaces(subject, wanted);
    },
  );
  app.context.subscriptions.push(vscode.commands.registerCommand(FIND_RACES, run));
}

/** The known bug that an entry of the library stands for; null if it is none. */
function bugOf(target: unknown): string | null {
  if (typeof target !== 'object' || target === null) return null;
  const { bug } = target as { bug?: unknown };
  if (typeof bug !== 'object' || bug === null) return null;
  const { name } = bug as { name?: unknown };
  return typeof name === 'string' ? name : null;
}

async function chooseRaces(): Promise<SingleSubject | undefined> {
  const items = ALL_PATHS.map(({ info }) => ({
    label: info.id,
    description:
      info.bugs.length === 0
        ? vscode.l10n.t('no known bugs')
        : vscode.l10n.t('known bugs: {0}', info.bugs.length),
    detail: info.title,
  }));
  const placeHolder = vscode.l10n.t('Find races in which path?');
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  return picked && findPath(picked.label) ? { kind: 'path', path: picked.label } : undefined;
}
