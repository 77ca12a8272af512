import * as vscode from 'vscode';
import type { App } from '../app.ts';
import { CODE_LENS_SETTING } from '../annotations/code-lens.ts';
import { ASSUME_SECTION } from '../assumptions.ts';
import { LANGUAGES } from '../languages.ts';
import { definitionsOf } from './definitions-of.ts';
import { functionsIn } from './document-functions.ts';
import { lensTitle } from './hover-text.ts';
import { CHOOSE_STEP, SHOW_STEP } from './show-step.ts';
import type { StepChoice } from './show-step.ts';
import { stepsIn } from './stepped-paths.ts';
import type { FunctionInPath } from './stepped-paths.ts';

/** In which languages VS Code has `.c` and `.h` files. */
export const C_LANGUAGES = ['c', 'cpp'] as const;

/** How long launch files must rest until the lenses follow them. */
const SETTLE_MS = 1_000;

/** A lens whose step is looked for when it comes into sight. */
class FunctionLens extends vscode.CodeLens {
  readonly found: readonly FunctionInPath[];

  constructor(range: vscode.Range, found: readonly FunctionInPath[]) {
    super(range);
    this.found = found;
  }
}

/** A lens above each function of QEMU and Linux that is a step of a path; it opens the panel there. */
export function registerCLens(app: App): void {
  const changed = new vscode.EventEmitter<void>();
  const title = vscode.l10n.t('Code lens');
  const provide = app.guarded(title, (document: vscode.TextDocument, token: vscode.CancellationToken) =>
    lensesOf(app, document, token),
  );
  const resolve = app.guarded(title, (lens: vscode.CodeLens) => withStep(app, lens));
  let settling: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      changed.fire();
    }, SETTLE_MS);
  };
  app.context.subscriptions.push(
    changed,
    new vscode.Disposable(() => {
      clearTimeout(settling);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(CODE_LENS_SETTING) || event.affectsConfiguration(ASSUME_SECTION))
        changed.fire();
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (LANGUAGES.includes(document.languageId)) later();
    }),
    vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
      if (opened.length + closed.length > 0) later();
    }),
    vscode.languages.registerCodeLensProvider([...C_LANGUAGES], {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: provide,
      resolveCodeLens: resolve,
    }),
  );
}

async function lensesOf(
  app: App,
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<vscode.CodeLens[]> {
  if (vscode.workspace.getConfiguration().get<string>(CODE_LENS_SETTING) === 'off') return [];
  const functions = await functionsIn(app, document, token);
  if (!functions || token.isCancellationRequested) return [];
  return [...definitionsOf(document)].flatMap(([name, { firstLine }]) => {
    const found = functions.pathsOf(name);
    if (found.length === 0) return [];
    const range = new vscode.Range(firstLine, 0, firstLine, 0);
    const step = new FunctionLens(range, found);
    if (found.length === 1) return [step];
    const choices = found.map(({ path, place }): StepChoice => ({ subject: path.subject, place }));
    const more = {
      title: vscode.l10n.t('+{0} more', found.length - 1),
      tooltip: vscode.l10n.t('Choose among all paths that this function is a step of'),
      command: CHOOSE_STEP,
      arguments: [choices],
    };
    return [step, new vscode.CodeLens(range, more)];
  });
}

/** Tells the step in the first of the paths. */
async function withStep(app: App, lens: vscode.CodeLens): Promise<vscode.CodeLens> {
  const first = lens instanceof FunctionLens ? lens.found[0] : undefined;
  if (!first) return lens;
  const { path, place } = first;
  const steps = await stepsIn(first, app.runs);
  lens.command = {
    title: lensTitle(path, steps),
    tooltip: vscode.l10n.t('Simulate this path and show the step'),
    command: SHOW_STEP,
    arguments: [{ subject: path.subject, place } satisfies StepChoice],
  };
  return lens;
}
