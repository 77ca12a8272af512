import { mayStartQemu } from './may-start-qemu.ts';
import type { Position } from '../base/text-range.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { runToEnd, type Steps } from '../base/steps.ts';
import { PlaceChange } from '../base/place-change.ts';
import { changeBetween, type TextChange } from '../base/text-change.ts';
import { machinesBySteps, scriptBySteps } from './command-lines.ts';
import { formatOf } from './format-of.ts';
import { MachineMemory, type KnownMachines } from './known-machines.ts';
import type { LaunchFile } from './launch-file.ts';
import { indexLines, type LineIndex, type TextLines } from './line-index.ts';
import { innerReader, NOTHING, readText } from './read-text.ts';
import type { ShellScript } from './shell-script.ts';
import type { Problem } from './problem.ts';

/** Why nothing of a file could be read. */
export interface ReadProblem {
  readonly code: 'binary' | 'too-large';
  readonly message: string;
  readonly position: Position;
}

/** Longer texts are refused: no launch file is that long, and an editor must not wait for one that is. */
export const LONGEST_TEXT = 16 * 1024 * 1024;

/**
 * Finds the virtual machines that a file starts, or fragments of them, in any format of `LaunchFormat`. A
 * text without any is no mistake: the result is then empty, without problems. Takes time linear in the length
 * of the text. The error is for text that is binary or longer than `LONGEST_TEXT` characters.
 */
export function readLaunchFile(text: string, fileName: string): Result<LaunchFile, ReadProblem> {
  const version = readVersion(text, fileName, null);
  return version.ok ? ok(version.value.file) : version;
}

/** A launch file as it is for now, and what helps to read it again after a change. */
export interface LaunchFileVersion {
  readonly text: string;
  readonly lines: TextLines;
  readonly file: LaunchFile;
  /** Null for other formats, which are read anew. */
  readonly script: ShellScript | null;
  /** The machines of the script's commands. */
  readonly machines: KnownMachines;
}

/** The same as `readLaunchFile`; of a script only what has changed since the version before is read again. */
export function readVersion(
  text: string,
  fileName: string,
  before: LaunchFileVersion | null,
): Result<LaunchFileVersion, ReadProblem> {
  return runToEnd(readVersionBySteps(text, fileName, before));
}

/** The same, some lines or a machine of a script a step; other formats are read in one. */
export function* readVersionBySteps(
  text: string,
  fileName: string,
  before: LaunchFileVersion | null,
): Steps<Result<LaunchFileVersion, ReadProblem>> {
  if (text.length > LONGEST_TEXT) {
    const limit = `${LONGEST_TEXT / 1024 / 1024} Mi characters`;
    const message = `the file is too large for a launch file (more than ${limit}); expected a script or command line`;
    return fail({ code: 'too-large', message, position: { line: 0, character: 0 } });
  }
  const zero = text.indexOf('\0');
  if (zero >= 0) {
    const isWide = UTF_16.test(text);
    const message = isWide
      ? 'the file is text in UTF-16; expected UTF-8 (iconv -f UTF-16 -t UTF-8 converts it)'
      : 'the file is binary (it holds a NUL character); expected text';
    const position = isWide ? { line: 0, character: 0 } : indexLines(text).position(zero);
    return fail({ code: 'binary', message, position });
  }
  const format = formatOf(text, fileName);
  const change = before && changeBetween(before.text, text);
  const lines = before && change ? before.lines.after(change, text) : indexLines(text);
  if (format !== 'qemu-command-line' || !mayStartQemu(text)) {
    const { machines, problems } = mayStartQemu(text) ? readText(text, format, lines) : NOTHING;
    return ok({
      text,
      lines,
      file: { fileName, format, machines, problems },
      script: null,
      machines: new Map(),
    });
  }
  const script = yield* scriptBySteps(
    text,
    before?.script && change ? { script: before.script, change } : null,
  );
  const memory = new MachineMemory(
    before && change && { known: before.machines, change, places: placesAfter(change, before.lines, lines) },
  );
  const machines = yield* machinesBySteps(text, script, lines, true, memory, innerReader(0));
  return ok({
    text,
    lines,
    file: { fileName, format, machines, problems: [] },
    script,
    machines: memory.known,
  });
}

/** How the places of a text follow from one version to another. */
export function changeOf(before: LaunchFileVersion, after: LaunchFileVersion): PlaceChange {
  return placesAfter(changeBetween(before.text, after.text), before.lines, after.lines);
}

function placesAfter(
  { start, endBefore, endAfter }: TextChange,
  before: LineIndex,
  after: LineIndex,
): PlaceChange {
  return new PlaceChange(before.position(start), before.position(endBefore), after.position(endAfter));
}

/** Text of two bytes a letter, read as UTF-8: its byte order mark, or letters with a NUL beside each. */
const UTF_16 = /^(?:\uFFFD\uFFFD|[\t-~]\0[\t-~]\0|\0[\t-~]\0[\t-~])/;

/**
 * What to say where somebody asked for a machine and the file has none. No reader reports it: in other
 * people's scripts it is no problem.
 */
export function noMachineProblem(text: string): Problem {
  const start = { line: 0, character: 0 };
  const expected =
    'expected a command such as qemu-system-aarch64 …, a fragment that begins with -device, or a <domain> of libvirt';
  const message =
    text.trim() === '' ? `the file is empty; ${expected}` : `no QEMU command line found; ${expected}`;
  return { code: 'no-machine', severity: 'information', message, range: { start, end: start } };
}
