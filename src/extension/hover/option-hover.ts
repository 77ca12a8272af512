import * as vscode from 'vscode';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import type { App } from '../app.ts';
import { assumedFacts } from '../assumptions.ts';
import { deviceAt } from '../question/devices.ts';
import type { FoundDevice } from '../question/devices.ts';
import { launchFileOf } from '../question/launch-documents.ts';
import { SIMULATE } from '../simulate-command.ts';
import type { SimulateTarget } from '../simulate-command.ts';
import { optionAt } from './option-at.ts';
import { escapeMarkdown, optionMarkdown } from './option-text.ts';

/** Languages in which people keep QEMU command lines that the reader understands. */
const LANGUAGES = [
  'shellscript',
  'qemu-args',
  'makefile',
  'markdown',
  'restructuredtext',
  'properties',
  'python',
];

/** Help on a QEMU option under the pointer, in a QEMU command line only. */
export function registerOptionHover(app: App): void {
  const provide = app.guarded('hover', hoverAt);
  app.context.subscriptions.push(
    vscode.languages.registerHoverProvider(LANGUAGES, { provideHover: provide }),
  );
}

function hoverAt(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
  const file = launchFileOf(document);
  const found = file.ok ? optionAt(file.value, position) : undefined;
  if (!file.ok || !found) return undefined;
  const assumed = assumedFacts();
  const facts = assumed.ok ? assumed.value : DEFAULT_FACTS;
  const device = deviceAt(resolveFile(file.value, facts), position);
  const verdict = device && verdictOn(device, document.uri);
  const text = optionMarkdown(found.option, found.spelling, facts.host.qemu, verdict);
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = { enabledCommands: [SIMULATE] };
  const { start, end } = found.range;
  return new vscode.Hover(markdown, new vscode.Range(start.line, start.character, end.line, end.character));
}

/** Which path the device takes, and a link that runs it. */
function verdictOn({ device }: FoundDevice, uri: vscode.Uri): string | undefined {
  const [leg] = device.legs;
  if (!leg) return undefined;
  const here = leg.path ?? leg.note ?? vscode.l10n.t('a path that this file does not tell');
  const target: SimulateTarget = { uri: uri.toString(), ...device.range.start };
  const link = `command:${SIMULATE}?${encodeURIComponent(JSON.stringify([target]))}`;
  const words = vscode.l10n.t('This device takes');
  return `${words} **${escapeMarkdown(here)}** · [${vscode.l10n.t('Simulate IRQ path')}](${link})`;
}
