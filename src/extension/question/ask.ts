import * as vscode from 'vscode';
import { legWords } from '../../analysis/leg-words.ts';
import { fail, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { Facts } from '../../facts/facts.ts';
import { findPath } from '../../paths/all-paths.ts';
import type { PathSettings } from '../../paths/path.ts';
import type { Note, SingleSubject, Trouble, WhatIfChange } from '../../protocol/panel-state.ts';
import type { RunProgress } from '../../protocol/run-progress.ts';
import { resolveFile } from '../../resolve/resolve-file.ts';
import { assumedFacts } from '../assumptions.ts';
import { deltaPhrases, whatIfPhrases } from '../panel/delta-phrases.ts';
import { describeAssumptions } from '../panel/describe-assumptions.ts';
import type { MachineSummary } from '../panel/describe-assumptions.ts';
import type { FinishedComparison, FinishedOffer, FinishedRun } from '../panel/finished.ts';
import type { Measured, Runs } from '../runs.ts';
import { factsOf, launchFileFor } from '../what-if/added-device.ts';
import { deviceKey } from '../what-if/device-store.ts';
import type { AddedDevice, DeviceStore } from '../what-if/device-store.ts';
import { changedSituation, inPath } from '../what-if/situation.ts';
import type { Situation } from '../what-if/situation.ts';
import { decidingAlternative } from './alternatives.ts';
import { deviceNamed } from './devices.ts';
import { launchFileOf, openLaunchFile, resolvedFileOf } from './launch-documents.ts';
import { offersForDevice, offersForPath, offersOfCases } from './offers.ts';
import { notesOf, questionFor } from './question.ts';
import type { Question } from './question.ts';

/** Why there is no run, and what is to be said about the file all the same. */
export interface NoAnswer {
  readonly trouble: Trouble;
  readonly notes: readonly Note[];
  /** What can be shown instead. */
  readonly offers: readonly FinishedOffer[];
}

/** What answers come from. */
export interface Oracle {
  readonly runs: Runs;
  readonly store: DeviceStore;
}

interface Prepared {
  readonly question: Question;
  readonly machine: MachineSummary | null;
  readonly notes: readonly Note[];
  /** Those of the workspace, but for what is in the nature of the device. */
  readonly facts: Facts;
  /** Undefined for a path of the library, which has no options. */
  readonly situation: Situation | undefined;
  readonly offers: readonly FinishedOffer[];
}

/**
 * Finds out what a subject means today, with file, what-if and settings as they are, and runs it with so many
 * interrupts, or as many as a run has that nobody has said more about. How a long run stands is told to `progress`.
 */
export async function ask(
  subject: SingleSubject,
  oracle: Oracle,
  interrupts?: number,
  progress?: (progress: RunProgress) => void,
): Promise<Result<FinishedRun, NoAnswer>> {
  const facts = factsOrTrouble();
  if (!facts.ok) return facts;
  const prepared = await prepare(subject, facts.value, oracle.store);
  if (!prepared.ok) return prepared;
  const { question, machine, notes, offers } = prepared.value;
  // A path that the device does not take is no change of an option: there is nothing to set it against.
  const situation = isAsPath(subject) ? undefined : prepared.value.situation;
  const { request } = question;
  const { unit } = legWords(request.path);
  const run = await oracle.runs.run(
    interrupts === undefined ? request : { ...request, interrupts },
    progress &&
      ((now) => {
        progress({ ...now, unit });
      }),
  );
  const measured = await oracle.runs.measure(question.request);
  if (!run.ok) return noAnswer(`${question.request.path}: ${run.error}.`, notes);
  if (!measured.ok) return noAnswer(`${question.request.path}: ${measured.error}.`, notes);
  const given: PathSettings = question.request.settings ?? {};
  const settings = findPath(question.request.path)?.settings ?? [];
  return ok({
    kind: 'run',
    simulation: run.value,
    measured: measured.value,
    assumptions: describeAssumptions(run.value, machine, settings, given),
    reasons: question.reasons,
    notes,
    whatIf: situation ? whatIfOf(situation) : [],
    delta: situation ? await deltaOf(situation, prepared.value.facts, measured.value, oracle.runs) : [],
    offers,
  });
}

/** Runs several subjects for a table. What cannot be run has no column, and the table says why. */
export async function askAll(
  members: readonly SingleSubject[],
  oracle: Oracle,
): Promise<Result<FinishedComparison, NoAnswer>> {
  const all = await Promise.all(
    members.map(async (member) => ({
      member,
      title: titleOf(member),
      answer: await ask(member, oracle),
    })),
  );
  const taken = new Set(
    all.flatMap(({ member, answer }) =>
      answer.ok && !isAsPath(member) ? [`${titleOf(member)} ${answer.value.simulation.path}`] : [],
    ),
  );
  // The path that a device takes has its column already.
  const answers = all.filter(
    ({ member, title }) => !(isAsPath(member) && taken.has(`${title} ${member.asPath}`)),
  );
  const found = answers.flatMap(({ member, title, answer }) =>
    answer.ok ? [{ subject: member, title, run: answer.value }] : [],
  );
  const missing = answers.flatMap(({ title, answer }) =>
    answer.ok ? [] : [`${title}: ${answer.error.trouble.message}`],
  );
  const [first] = found;
  if (!first) return noAnswer(missing.join('\n'));
  return ok({
    kind: 'comparison',
    members: found,
    missing,
    assumptions: first.run.assumptions.filter(({ fact }) => fact !== ''),
  });
}

function isAsPath(subject: SingleSubject): subject is SingleSubject & { readonly asPath: string } {
  return subject.kind !== 'path' && subject.asPath !== null;
}

/** What a subject is called in a heading. */
export function titleOf(subject: SingleSubject): string {
  switch (subject.kind) {
    case 'device':
      return subject.device;
    case 'added':
      return subject.id;
    case 'path':
      return subject.path;
  }
}

function factsOrTrouble(): Result<Facts, NoAnswer> {
  const facts = assumedFacts();
  if (facts.ok) return facts;
  const action = { label: vscode.l10n.t('Change Assumptions'), command: 'changeAssumptions' } as const;
  return noAnswer(
    vscode.l10n.t('The settings irqPath.assume are not understood: {0}', facts.error),
    [],
    action,
  );
}

async function prepare(
  subject: SingleSubject,
  assumed: Facts,
  store: DeviceStore,
): Promise<Result<Prepared, NoAnswer>> {
  if (subject.kind === 'path') return fromLibrary(subject.path, assumed);
  const device = subject.kind === 'added' ? store.find(subject.id) : undefined;
  const facts = device ? factsOf(device, assumed) : assumed;
  const situation =
    subject.kind === 'added' ? fromTree(subject, device, facts) : await fromFile(subject, facts, store);
  if (!situation.ok) return situation;
  const { found } = situation.value;
  const notes = notesOf(found);
  const question = questionFor(found, facts);
  if (subject.asPath === null && !question.ok)
    return fail({ trouble: question.error, notes, offers: offersOfCases(subject, found.device, facts) });
  const wanted = subject.asPath === null ? question : inPath(situation.value, subject.asPath, facts);
  if (!wanted.ok) return fail({ trouble: wanted.error, notes, offers: [] });
  return ok({
    question: wanted.value,
    machine: found.machine,
    notes,
    facts,
    situation: situation.value,
    offers: offersForDevice(subject, situation.value, wanted.value.request.path, facts),
  });
}

async function fromFile(
  subject: Extract<SingleSubject, { kind: 'device' }>,
  facts: Facts,
  store: DeviceStore,
): Promise<Result<Situation, NoAnswer>> {
  const document = await openLaunchFile(vscode.Uri.parse(subject.uri));
  if (!document.ok) return noAnswer(document.error);
  const file = launchFileOf(document.value);
  if (!file.ok) return noAnswer(file.error);
  const found = deviceNamed(resolvedFileOf(file.value, facts), subject.device, subject);
  if (!found) {
    const action = { label: vscode.l10n.t('Open File'), command: 'openFile' } as const;
    const words = vscode.l10n.t('{0} is no longer in {1}.', subject.device, subject.fileName);
    return noAnswer(words, [], action);
  }
  const overlay = store.overlayOf(deviceKey(subject.uri, found.place.machine, found.device.id));
  return ok(changedSituation(file.value, found, { ...overlay, ...subject.options }, facts));
}

function fromTree(
  { id, options = {} }: Extract<SingleSubject, { kind: 'added' }>,
  device: AddedDevice | undefined,
  facts: Facts,
): Result<Situation, NoAnswer> {
  const file = device && launchFileFor(device);
  const found = file && deviceNamed(resolveFile(file, facts), id, { line: 0 });
  if (!found) return noAnswer(vscode.l10n.t('{0} was removed.', id));
  return ok(changedSituation(file, found, options, facts));
}

function fromLibrary(path: string, facts: Facts): Result<Prepared, NoAnswer> {
  const module = findPath(path);
  if (!module) return noAnswer(vscode.l10n.t('There is no path {0}.', path));
  const reasons = module.info.selectedBy.map((because) => ({
    because,
    source: vscode.l10n.t('what selects this path'),
    rejects: null,
  }));
  const question = { request: { path, facts }, reasons };
  const offers = offersForPath(path, facts);
  return ok({ question, machine: null, notes: [], facts, situation: undefined, offers });
}

function whatIfOf({ changes }: Situation): WhatIfChange[] {
  return changes.map(({ option, from, value }) => ({ option: option.name, from, to: value }));
}

async function deltaOf(situation: Situation, facts: Facts, run: Measured, runs: Runs) {
  const { file, found, changes, original } = situation;
  if (changes.length > 0) {
    const before = questionFor(original, facts);
    const measured = before.ok ? await runs.measure(before.value.request) : undefined;
    return measured?.ok ? whatIfPhrases(changes, measured.value, run) : [];
  }
  const other = decidingAlternative(file, found, facts);
  if (!other?.question.ok) return [];
  const measured = await runs.measure(other.question.value.request);
  return measured.ok ? deltaPhrases(other, measured.value, run) : [];
}

function noAnswer(
  message: string,
  notes: readonly Note[] = [],
  action: Trouble['action'] = null,
): Result<never, NoAnswer> {
  return fail({ trouble: { message, action }, notes, offers: [] });
}
