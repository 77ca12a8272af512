import * as vscode from 'vscode';
import type { CodePlace } from '../../catalog/code-places.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { isSingleSubject } from '../../protocol/panel-guards.ts';
import type { App } from '../app.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import { titleOf } from '../question/ask.ts';
import type { Outcome } from '../question/outcome.ts';

/** What lenses and hovers call; not for people, so not in package.json. */
export const SHOW_STEP = 'irqPath.showStep';
export const CHOOSE_STEP = 'irqPath.chooseStep';

/** Opens the panel at a function's step, of the path that is named or chosen. */
export function registerShowStep(app: App, panel: PanelHost): void {
  const show = app.guarded(
    vscode.l10n.t('Simulate IRQ path'),
    async (subject: unknown, place: unknown): Promise<Outcome> =>
      isSingleSubject(subject) && isCodePlace(place)
        ? await panel.showStep(subject, place)
        : { kind: 'cancelled' },
  );
  const choose = app.guarded(
    vscode.l10n.t('Simulate IRQ path'),
    async (subjects: unknown, place: unknown): Promise<Outcome> => {
      const known = Array.isArray(subjects) ? subjects.filter(isSingleSubject) : [];
      const subject = isCodePlace(place) ? await choosePath(known, place) : undefined;
      return subject && isCodePlace(place) ? await panel.showStep(subject, place) : { kind: 'cancelled' };
    },
  );
  app.context.subscriptions.push(
    vscode.commands.registerCommand(SHOW_STEP, show),
    vscode.commands.registerCommand(CHOOSE_STEP, choose),
  );
}

async function choosePath(
  subjects: readonly SingleSubject[],
  { name }: CodePlace,
): Promise<SingleSubject | undefined> {
  const items = subjects.map((subject) => ({
    label: titleOf(subject),
    description:
      subject.kind === 'path' ? (findPath(subject.path)?.info.title ?? '') : descriptionOf(subject),
    subject,
  }));
  const placeHolder = vscode.l10n.t('{0} is a step of these paths. Which one?', name);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.subject;
}

function descriptionOf(subject: Exclude<SingleSubject, { kind: 'path' }>): string {
  const where = subject.kind === 'device' ? subject.fileName : '';
  return [where, subject.asPath ?? ''].filter((part) => part !== '').join(' · ');
}

function isCodePlace(value: unknown): value is CodePlace {
  if (typeof value !== 'object' || value === null) return false;
  const { tree, file, name } = value as Partial<Record<keyof CodePlace, unknown>>;
  return (tree === 'QEMU' || tree === 'Linux') && typeof file === 'string' && typeof name === 'string';
}
