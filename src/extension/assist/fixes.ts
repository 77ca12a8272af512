import type { Steps } from '../../base/steps.ts';
import { withReplacements } from '../../base/text-replacement.ts';
import type { LaunchFile } from '../../config/launch-file.ts';
import type { Problem } from '../../config/problem.ts';
import { readLaunchFile } from '../../config/read-launch-file.ts';
import type { Facts } from '../../facts/facts.ts';
import { resolveBySteps } from '../../resolve/resolve-file.ts';
import type { ResolvedFile } from '../../resolve/resolved-file.ts';
import { fixCandidates } from './fix-candidates.ts';
import type { FixCandidate } from './fix-candidates.ts';

/** An edit after which a problem is gone. */
export type Fix = FixCandidate;

/** More are no help to choose from. */
const MOST_FIXES = 5;
/** Each candidate is tried by reading the whole file again. */
const LARGEST_TEXT = 1_000_000;

/**
 * What can be done about a problem of a launch file. Each was made and looked at: the problem is gone, and there is no
 * error or warning that was not there before. A candidate a step, and a device of what is read again.
 */
export function* fixesFor(text: string, file: LaunchFile, problem: Problem, facts: Facts): Steps<Fix[]> {
  if (text.length > LARGEST_TEXT) return [];
  const before = problemsIn(yield* resolveBySteps(file, facts));
  const fixes: Fix[] = [];
  for (const candidate of fixCandidates(text, file, problem, facts)) {
    if (fixes.length >= MOST_FIXES) break;
    const edited = readLaunchFile(withReplacements(text, candidate.edits), file.fileName);
    if (!edited.ok || hasFewerDevices(edited.value, file)) continue;
    yield;
    const after = problemsIn(yield* resolveBySteps(edited.value, facts));
    if (isBetter(before, after, problem)) fixes.push(candidate);
  }
  return fixes;
}

/** All problems of a file, as the editor shows them. */
export function problemsIn({ problems, machines }: ResolvedFile): Problem[] {
  return [...problems, ...machines.flatMap((machine) => machine.problems)];
}

/** The same, where what several machines have in one place is told once. */
export function differentProblemsIn(file: ResolvedFile): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problemsIn(file)) {
    const { code, message, range } = problem;
    const key = JSON.stringify([code, message, range]);
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}

function isBetter(before: readonly Problem[], after: readonly Problem[], gone: Problem): boolean {
  if (count(after, gone) >= count(before, gone)) return false;
  return after.every((one) => one.severity === 'information' || count(after, one) <= count(before, one));
}

/** A correction takes no device and no machine away. */
function hasFewerDevices(after: LaunchFile, before: LaunchFile): boolean {
  return before.machines.some(({ devices }, i) => (after.machines[i]?.devices.length ?? -1) < devices.length);
}

/** How often a problem is there; a correction may move it, so its place does not count. */
function count(problems: readonly Problem[], { code, message }: Problem): number {
  return problems.filter((one) => one.code === code && one.message === message).length;
}
