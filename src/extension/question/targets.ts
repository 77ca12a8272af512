import * as vscode from 'vscode';
import type { SingleSubject } from '../../protocol/panel-state.ts';
import { isSingleSubject } from '../../protocol/panel-guards.ts';
import { DEFAULT_FACTS } from '../../facts/read-facts.ts';
import { assumedFacts } from '../assumptions.ts';
import { deviceAt } from './devices.ts';
import type { FoundDevice } from './devices.ts';
import { baseName, launchFileOf, openLaunchFile, resolvedFileOf } from './launch-documents.ts';

/** What a link or another extension can name: a file, and a place in it counted from 0. */
export interface Target {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

/** Whether a command was given a place in a file. */
export function isTarget(value: unknown): value is Target {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, line, character } = value as Partial<Record<keyof Target, unknown>>;
  return typeof uri === 'string' && Number.isSafeInteger(line) && Number.isSafeInteger(character);
}

/** The URI that a text is; undefined if it is none. */
export function parseUri(text: string): vscode.Uri | undefined {
  try {
    return vscode.Uri.parse(text, true);
  } catch {
    return undefined;
  }
}

/** A device of a file as a subject. */
export function subjectOf(
  uri: vscode.Uri,
  { device, machine }: FoundDevice,
): Extract<SingleSubject, { kind: 'device' }> {
  return {
    kind: 'device',
    uri: uri.toString(),
    fileName: baseName(uri),
    device: device.id,
    driver: device.driver,
    line: device.range.start.line,
    machineLine: machine.range.start.line,
    asPath: null,
  };
}

/** The subject that a command was given: itself, or as a member of what it was given (an entry of a tree). */
export function givenSubject(value: unknown): SingleSubject | undefined {
  if (isSingleSubject(value)) return value;
  const held =
    typeof value === 'object' && value !== null ? (value as { subject?: unknown }).subject : undefined;
  return isSingleSubject(held) ? held : undefined;
}

/** The device that a command is about: what it was given, or else what is under the cursor. */
export async function subjectFor(value: unknown): Promise<SingleSubject | undefined> {
  const subject = givenSubject(value);
  if (subject) return subject;
  if (isTarget(value)) {
    const uri = parseUri(value.uri);
    const document = uri && (await openLaunchFile(uri));
    return document?.ok ? subjectAt(document.value, value) : undefined;
  }
  const editor = vscode.window.activeTextEditor;
  return editor && subjectAt(editor.document, editor.selection.active);
}

/** The device at a position of a document. */
export function subjectAt(
  document: vscode.TextDocument,
  position: { readonly line: number; readonly character: number },
): Extract<SingleSubject, { kind: 'device' }> | undefined {
  const file = launchFileOf(document);
  if (!file.ok || file.value.machines.length === 0) return undefined;
  const facts = assumedFacts();
  const found = deviceAt(resolvedFileOf(file.value, facts.ok ? facts.value : DEFAULT_FACTS), position);
  return found && subjectOf(document.uri, found);
}
