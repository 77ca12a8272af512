import * as vscode from 'vscode';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import { readLaunchFile } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveBySteps, resolveFile } from '../../resolve/resolve-file.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';
import { inSlices } from '../slices.ts';

/** Larger files are not opened for this; no launch file is that long. */
const LARGEST_FILE = 16 * 1024 * 1024;

interface Cached {
  readonly version: number;
  readonly file: Result<LaunchFile>;
}

const cache = new WeakMap<vscode.TextDocument, Cached>();

/** The launch file in a document, read once for each of its versions. The error is a sentence. */
export function launchFileOf(document: vscode.TextDocument): Result<LaunchFile> {
  const known = cache.get(document);
  if (known?.version === document.version) return known.file;
  const name = baseName(document.uri);
  const read = readLaunchFile(document.getText(), name);
  const file = read.ok ? read : fail(`${name}: ${read.error.message}`);
  cache.set(document, { version: document.version, file });
  return file;
}

const resolvedCache = new WeakMap<LaunchFile, { readonly facts: string; readonly resolved: ResolvedFile }>();

/** What the launch file of a document means under the given assumptions, found out once for each of its versions. */
export function resolvedFileOf(file: LaunchFile, facts: Facts): ResolvedFile {
  const assumed = JSON.stringify(facts);
  const known = resolvedCache.get(file);
  if (known?.facts === assumed) return known.resolved;
  const resolved = resolveFile(file, facts);
  resolvedCache.set(file, { facts: assumed, resolved });
  return resolved;
}

/** A launch file of a document, and what it means. */
export interface ReadDocument {
  readonly file: LaunchFile;
  readonly resolved: ResolvedFile;
}

const underWay = new WeakMap<
  LaunchFile,
  { readonly facts: string; readonly resolved: Promise<ResolvedFile | undefined> }
>();

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
    const file = launchFileOf(document);
    if (!file.ok || file.value.machines.length === 0) return undefined;
    const resolved = await resolvedInSlices(document, file.value, facts);
    if (resolved) return { file: file.value, resolved };
  }
  return undefined;
}

/** Undefined if the document is another one by then. */
async function resolvedInSlices(
  document: vscode.TextDocument,
  file: LaunchFile,
  facts: Facts,
): Promise<ResolvedFile | undefined> {
  const assumed = JSON.stringify(facts);
  const known = resolvedCache.get(file);
  if (known?.facts === assumed) return known.resolved;
  const running = underWay.get(file);
  if (running?.facts === assumed) return await running.resolved;
  const { version } = document;
  const isOld = (): boolean => document.isClosed || document.version !== version;
  const job = inSlices(resolveBySteps(file, facts), isOld);
  underWay.set(file, { facts: assumed, resolved: job });
  const resolved = await job;
  if (resolved) resolvedCache.set(file, { facts: assumed, resolved });
  return resolved;
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
