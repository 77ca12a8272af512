import * as vscode from 'vscode';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { runToEnd } from '../../base/steps.ts';
import type { Steps } from '../../base/steps.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { LaunchFileVersion } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';
import { inSlices } from '../slices.ts';
import { TypedFile } from './typed-file.ts';

/** Larger files are not opened for this; no launch file is that long. */
const LARGEST_FILE = 16 * 1024 * 1024;

/** A document with what was read of it. */
interface Known {
  readonly typed: TypedFile;
  /** What the document's number was when it was read. */
  readonly version: number;
  readonly read: Result<LaunchFileVersion>;
}

const known = new WeakMap<vscode.TextDocument, Known>();

/** For every file that was read, of which version it is. */
const versions = new WeakMap<
  LaunchFile,
  { readonly typed: TypedFile; readonly version: LaunchFileVersion }
>();

/** The launch file in a document, read once for each of its versions. The error is a sentence. */
export function launchFileOf(document: vscode.TextDocument): Result<LaunchFile> {
  return fileOf(readAlready(document) ?? runToEnd(readBySteps(document)));
}

function readAlready(document: vscode.TextDocument): Known | undefined {
  const last = known.get(document);
  return last?.version === document.version ? last : undefined;
}

/** Of two who read one version at the same time, the first to end is right. */
function* readBySteps(document: vscode.TextDocument): Steps<Known> {
  const { version } = document;
  const typed = known.get(document)?.typed ?? new TypedFile();
  const name = baseName(document.uri);
  const read = yield* typed.read(document.getText(), name);
  const already = readAlready(document);
  if (already || document.version !== version) return already ?? (yield* readBySteps(document));
  const state = { typed, version, read: read.ok ? read : fail(`${name}: ${read.error.message}`) };
  known.set(document, state);
  if (read.ok) versions.set(read.value.file, { typed, version: read.value });
  return state;
}

function fileOf({ read }: Known): Result<LaunchFile> {
  return read.ok ? ok(read.value.file) : read;
}

/** What a launch file of a document means under the given assumptions. */
export function resolvedFileOf(file: LaunchFile, facts: Facts): ResolvedFile {
  const of = versions.get(file);
  return of ? of.typed.resolveNow(of.version, facts) : resolveFile(file, facts);
}

/** A launch file of a document, and what it means. */
export interface ReadDocument {
  readonly file: LaunchFile;
  readonly resolved: ResolvedFile;
}

/** What is found out in slices, for all who ask for the same. */
interface UnderWay {
  readonly version: number;
  readonly facts: string;
  readonly answer: Promise<ReadDocument | 'no machine' | undefined>;
}

const underWay = new WeakMap<vscode.TextDocument, UnderWay>();

/**
 * What a document means as it is now, found out in slices and once for all who ask; what is typed meanwhile begins it
 * anew. Undefined if there is no machine in the document, or nobody needs the answer any longer.
 */
export async function readDocument(
  document: vscode.TextDocument,
  facts: Facts,
  token?: vscode.CancellationToken,
): Promise<ReadDocument | undefined> {
  while (!document.isClosed && token?.isCancellationRequested !== true) {
    const answer = await answerInSlices(document, facts);
    if (answer === 'no machine') return undefined;
    if (answer) return answer;
  }
  return undefined;
}

/** Undefined if the document is another one by then. */
async function answerInSlices(
  document: vscode.TextDocument,
  facts: Facts,
): Promise<Awaited<UnderWay['answer']>> {
  const { version } = document;
  const assumed = JSON.stringify(facts);
  const running = underWay.get(document);
  if (running?.version === version && running.facts === assumed) return await running.answer;
  const isOld = (): boolean => document.isClosed || document.version !== version;
  const answer = inSlices(answerBySteps(document, facts), isOld);
  underWay.set(document, { version, facts: assumed, answer });
  return await answer;
}

function* answerBySteps(document: vscode.TextDocument, facts: Facts): Steps<ReadDocument | 'no machine'> {
  const { typed, read } = readAlready(document) ?? (yield* readBySteps(document));
  if (!read.ok || read.value.file.machines.length === 0) return 'no machine';
  return { file: read.value.file, resolved: yield* typed.resolve(read.value, facts) };
}

/** Opens a file as text; the error says why it cannot be one. */
export async function openLaunchFile(uri: vscode.Uri): Promise<Result<vscode.TextDocument>> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return ok(open);
  const name = baseName(uri);
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory)
      return fail(vscode.l10n.t('{0} is a folder, not a launch file.', name));
    if (size > LARGEST_FILE) {
      const megabytes = String(Math.round(size / 1024 / 1024));
      return fail(vscode.l10n.t('{0} is too large for a launch file ({1} MiB).', name, megabytes));
    }
    return ok(await vscode.workspace.openTextDocument(uri));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return fail(vscode.l10n.t('{0} cannot be read as text: {1}', name, words));
  }
}

/** The last part of a URI's path. */
export function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
