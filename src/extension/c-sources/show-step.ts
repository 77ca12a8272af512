import * as vscode from 'vscode';
import type { CodePlace } from '../../catalog/code-places.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { isSingleSubject } from '../../protocol/panel-guards.ts';
import type { App } from '../app.ts';
import type { PanelHost } from '../panel/panel-host.ts';
import { titleOf } from '../question/ask.ts';
import type { Outcome } from '../question/outcome.ts';
import { isAt } from './function-steps.ts';

/** What lenses and hovers call; not for people, so not in package.json. */
export const SHOW_STEP = 'irqPath.showStep';
export const CHOOSE_STEP = 'irqPath.chooseStep';

/** A function as a step of what the panel can show. */
export interface StepChoice {
  readonly subject: SingleSubject;
  readonly place: CodePlace;
}

const CANCELLED: Outcome = { kind: 'cancelled' };

/** Opens the panel at a function's step, of the path that is named or chosen. */
export function registerShowStep(app: App, panel: PanelHost): void {
  const title = vscode.l10n.t('Simulate IRQ path');
  const show = app.guarded(title, async (choice: unknown) =>
    isChoice(choice) ? await showStep(panel, choice) : CANCELLED,
  );
  const choose = app.guarded(title, async (choices: unknown) => {
    const choice = Array.isArray(choices) ? await choosePath(choices.filter(isChoice)) : undefined;
    return choice ? await showStep(panel, choice) : CANCELLED;
  });
  app.context.subscriptions.push(
    vscode.commands.registerCommand(SHOW_STEP, show),
    vscode.commands.registerCommand(CHOOSE_STEP, choose),
  );
}

async function showStep(panel: PanelHost, { subject, place }: StepChoice): Promise<Outcome> {
  const outcome = await panel.show(subject);
  if (outcome.kind !== 'shown') return outcome;
  panel.goTo(place);
  const shown = panel.shown();
  const step = shown?.rows[shown.step];
  // The panel has what-ifs in it and as many interrupts as were chosen there; a lens does not.
  if (step && !isAt(step.at, place)) {
    const words = vscode.l10n.t('{0} is no step of the run that the panel shows.', place.name);
    void vscode.window.showInformationMessage(words);
  }
  return outcome;
}

async function choosePath(choices: readonly StepChoice[]): Promise<StepChoice | undefined> {
  const items = choices.map((choice) => {
    const { subject } = choice;
    const description =
      subject.kind === 'path' ? (findPath(subject.path)?.info.title ?? '') : descriptionOf(subject);
    return { label: titleOf(subject), description, choice };
  });
  const placeHolder = vscode.l10n.t('{0} is a step of these paths. Which one?', choices[0]?.place.name ?? '');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.choice;
}

function descriptionOf(subject: Exclude<SingleSubject, { kind: 'path' }>): string {
  const where = subject.kind === 'device' ? subject.fileName : '';
  return [where, subject.asPath ?? ''].filter((part) => part !== '').join(' · ');
}

function isChoice(value: unknown): value is StepChoice {
  if (typeof value !== 'object' || value === null) return false;
  const { subject, place } = value as Partial<Record<keyof StepChoice, unknown>>;
  return isSingleSubject(subject) && isCodePlace(place);
}

function isCodePlace(value: unknown): value is CodePlace {
  if (typeof value !== 'object' || value === null) return false;
  const { tree, file, name } = value as Partial<Record<keyof CodePlace, unknown>>;
  return (tree === 'QEMU' || tree === 'Linux') && typeof file === 'string' && typeof name === 'string';
}
