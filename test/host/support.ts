import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** What `irqpath simulate --json` says, as far as tests compare it. */
interface Simulated {
  readonly path: string;
  readonly summary: { readonly exitsPerInterrupt: number; readonly latencyNs: { readonly p50: number } };
}

/** How lens and hover measure: without jitter. */
const MEASUREMENT = ['--set', 'jitterPercent=0', '--set', 'wakeJitterPercent=0'];

/** The built command line's answer for a path, measured as lens and hover do. */
export function irqpathSimulate(path: string): Simulated {
  return JSON.parse(irqpath(['simulate', '--path', path, ...MEASUREMENT, '--json'])) as Simulated;
}

/** What `irqpath compare` says of the device of a launch file if it took another path, measured as lens and hover do. */
export function irqpathCompare(launchFile: string, path: string): string {
  const words = irqpath(['compare', '-', ...MEASUREMENT], launchFile).replaceAll(/\n {2}(?=\S)/g, ' ');
  const delta = words.split('\n').find((line) => line.startsWith(`${path} instead of `));
  assert.ok(delta, `${path} is not in: ${words}`);
  return delta.slice(delta.indexOf(': ') + 2);
}

function irqpath(args: readonly string[], input = ''): string {
  const extension = vscode.extensions.getExtension('irq-path-explorer.irq-path-explorer');
  assert.ok(extension);
  const cli = join(extension.extensionPath, 'dist/cli.js');
  return execFileSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    input,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
}

/** Does something while a setting has a value. */
export async function withSetting<T>(name: string, value: unknown, run: () => Promise<T>): Promise<T> {
  const settings = vscode.workspace.getConfiguration('irqPath');
  await settings.update(name, value, vscode.ConfigurationTarget.Global);
  try {
    return await run();
  } finally {
    await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}

/** The words for a change from one run to another, put together from what the command line says of both. */
export function expectedDelta(from: string, to: string): string {
  const [a, b] = [irqpathSimulate(from).summary, irqpathSimulate(to).summary];
  const sign = (value: number): string => (value < 0 ? '−' : '+');
  const digits = (value: number): string => String(Number(Math.abs(value).toPrecision(2)));
  const exits = b.exitsPerInterrupt - a.exitsPerInterrupt;
  const micros = (b.latencyNs.p50 - a.latencyNs.p50) / 1000;
  return `${sign(exits)}${digits(exits)} exits, ≈ ${sign(micros)}${digits(micros)} µs latency per interrupt`;
}

/**
 * Closes all editors and waits until their documents are gone: one that is still going would lend its name, and what
 * was read of it, to the next one.
 */
export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const going = (): boolean => vscode.workspace.textDocuments.some(({ isUntitled }) => isUntitled);
  for (let i = 0; i < 20 && going(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
}

/**
 * A new document with that text. VS Code gives it the name of one that was closed just before, and for a moment that
 * one itself, with its old text.
 */
export async function newDocument(content: string, language = 'shellscript'): Promise<vscode.TextDocument> {
  return await becomes(
    () => vscode.workspace.openTextDocument({ language, content }),
    (document) => document.getText() === content,
  );
}

/** Opens a text in the editor. */
export async function openText(content: string, language = 'shellscript'): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(await newDocument(content, language));
}

/** Waits until a value that is looked up again and again is as wanted; fails with the last one. */
export async function becomes<T>(look: () => T | PromiseLike<T>, wanted: (value: T) => boolean): Promise<T> {
  let value = await look();
  for (let i = 0; i < 100 && !wanted(value); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    value = await look();
  }
  assert.ok(wanted(value), `it stayed ${JSON.stringify(value)}`);
  return value;
}

/** The texts that hover shows at the first place of a text, Markdown's escapes left out. */
export async function hoverText(document: vscode.TextDocument, text: string): Promise<string> {
  const place = document.positionAt(document.getText().indexOf(text) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    place,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
    .join('\n')
    .replaceAll('\\', '');
}
