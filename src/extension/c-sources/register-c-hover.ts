import * as vscode from 'vscode';
import { compareDeciding, measureDevice } from '../annotations/measure.ts';
import type { App } from '../app.ts';
import { functionsIn } from './document-functions.ts';
import { functionMarkdown, pathTitle } from './hover-text.ts';
import { C_LANGUAGES } from './register-c-lens.ts';
import { SHOW_STEP } from './show-step.ts';
import type { StepChoice } from './show-step.ts';
import { stepsIn } from './stepped-paths.ts';
import type { SteppedPath } from './stepped-paths.ts';

/** The other paths of a function that a hover names. */
const MOST_OTHERS = 6;

/** Help on a function of QEMU or Linux that is a step of a path: the steps before and after, costs, what decides. */
export function registerCHover(app: App): void {
  const provide = app.guarded(
    'hover',
    async (document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken) =>
      await hoverAt(app, document, position, token),
  );
  app.context.subscriptions.push(
    vscode.languages.registerHoverProvider([...C_LANGUAGES], { provideHover: provide }),
  );
}

async function hoverAt(
  app: App,
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
): Promise<vscode.Hover | undefined> {
  const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*/);
  const functions = range && (await functionsIn(app, document, token));
  if (!functions) return undefined;
  const name = document.getText(range);
  const [first, ...others] = functions.pathsOf(name);
  if (!first) return undefined;
  const { path, place } = first;
  const steps = await stepsIn(first, app.runs);
  const alternative = steps && (await otherValueOf(path, app));
  if (!steps || token.isCancellationRequested) return undefined;
  const names = others.map((other) => pathTitle(other.path.subject, other.path.request.path));
  const rest = names.length - MOST_OTHERS;
  const choice: StepChoice = { subject: path.subject, place };
  const text = functionMarkdown(name, path, steps, {
    link: `command:${SHOW_STEP}?${encodeURIComponent(JSON.stringify([choice]))}`,
    others: rest > 0 ? [...names.slice(0, MOST_OTHERS), `${String(rest)} more`] : names,
    alternative,
  });
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = { enabledCommands: [SHOW_STEP] };
  return new vscode.Hover(markdown, range);
}

/** What the option that decides over the device's path would change; undefined for a path of the library. */
async function otherValueOf({ device, facts }: SteppedPath, { runs }: App): Promise<string | undefined> {
  const now = device && (await measureDevice(device.found, facts, runs));
  return now ? await compareDeciding(device.file, device.found, facts, now, runs) : undefined;
}
