import * as vscode from 'vscode';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Facts } from '../../facts/facts.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { PathSettings } from '../../paths/path.ts';
import type { Note, Subject, Trouble } from '../../protocol/panel-state.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import { assumedFacts } from '../assumptions.ts';
import type { Environment } from '../env/environment.ts';
import { describeAssumptions } from '../panel/describe-assumptions.ts';
import type { MachineSummary } from '../panel/describe-assumptions.ts';
import type { FinishedRun } from '../panel/panel-model.ts';
import { deviceNamed } from './devices.ts';
import { launchFileOf, openLaunchFile } from './launch-documents.ts';
import { notesOf, questionFor } from './question.ts';
import type { Question } from './question.ts';

/** Why there is no run, and what is to be said about the file all the same. */
export interface NoAnswer {
  readonly trouble: Trouble;
  readonly notes: readonly Note[];
}

interface Prepared {
  readonly question: Question;
  readonly machine: MachineSummary | null;
  readonly notes: readonly Note[];
}

/** Finds out what a subject means today, with its file and the settings as they are, and runs it. */
export async function ask(
  subject: Subject,
  environment: Environment,
): Promise<Result<FinishedRun, NoAnswer>> {
  const facts = assumedFacts();
  if (!facts.ok) {
    const action = { label: vscode.l10n.t('Change Assumptions'), command: 'changeAssumptions' } as const;
    return noAnswer(
      vscode.l10n.t('The settings irqPath.assume are not understood: {0}', facts.error),
      [],
      action,
    );
  }
  const prepared =
    subject.kind === 'path' ? fromLibrary(subject.path, facts.value) : await fromFile(subject, facts.value);
  if (!prepared.ok) return prepared;
  const { question, machine, notes } = prepared.value;
  const run = await environment.simulate(question.request);
  if (!run.ok) return noAnswer(`${question.request.path}: ${run.error}.`, notes);
  const given: PathSettings = question.request.settings ?? {};
  const settings = findPath(question.request.path)?.settings ?? [];
  return ok({
    simulation: run.value,
    assumptions: describeAssumptions(run.value, machine, settings, given),
    reasons: question.reasons,
    notes,
  });
}

async function fromFile(
  subject: Extract<Subject, { kind: 'device' }>,
  facts: Facts,
): Promise<Result<Prepared, NoAnswer>> {
  const document = await openLaunchFile(vscode.Uri.parse(subject.uri));
  if (!document.ok) return noAnswer(document.error);
  const file = launchFileOf(document.value);
  if (!file.ok) return noAnswer(file.error);
  const found = deviceNamed(resolveFile(file.value, facts), subject.device, subject.line);
  if (!found) {
    const action = { label: vscode.l10n.t('Open File'), command: 'openFile' } as const;
    const words = vscode.l10n.t('{0} is no longer in {1}.', subject.device, subject.fileName);
    return noAnswer(words, [], action);
  }
  const question = questionFor(found, facts);
  if (!question.ok) return fail({ trouble: question.error, notes: notesOf(found) });
  return ok({ question: question.value, machine: found.machine, notes: notesOf(found) });
}

function fromLibrary(path: string, facts: Facts): Result<Prepared, NoAnswer> {
  const module = findPath(path);
  if (!module) return noAnswer(vscode.l10n.t('There is no path {0}.', path));
  const reasons = module.info.selectedBy.map((because) => ({
    because,
    source: vscode.l10n.t('what selects this path'),
    rejects: null,
  }));
  return ok({ question: { request: { path, facts }, reasons }, machine: null, notes: [] });
}

function noAnswer(
  message: string,
  notes: readonly Note[] = [],
  action: Trouble['action'] = null,
): Result<never, NoAnswer> {
  return fail({ trouble: { message, action }, notes });
}
