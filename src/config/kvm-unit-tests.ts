import { readCommand } from './command-words.ts';
import { linesOf } from './embedded/code-blocks.ts';
import { ShellWriter } from './embedded/shell-writer.ts';
import type { VmDescription } from './launch-file.ts';
import type { LineIndex } from './line-index.ts';
import type { Problem } from './problem.ts';
import { lexShell } from './shell-lexer.ts';
import { unclosedIn } from './unclosed.ts';
import { unterminatedQuote } from './unterminated.ts';

/** `KEY = VALUE` of a test, by its offsets. */
interface Setting {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** One test: `[NAME]` and the lines below. */
interface Section {
  readonly start: number;
  end: number;
  readonly settings: Map<string, Setting>;
}

/**
 * Reads kvm-unit-tests' `unittests.cfg` (scripts/common.bash for_each_unittest): a fragment for each test that gives
 * QEMU options. What the script that runs it adds (`-nodefaults`, its test devices) is not in the file, and left out.
 */
export function readKvmUnitTests(
  text: string,
  lines: LineIndex,
): { readonly machines: readonly VmDescription[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const machines = sectionsOf(text, lines, problems).flatMap((section) => readSection(text, section, lines));
  return { machines, problems: machines.length === 0 ? [] : problems };
}

function sectionsOf(text: string, lines: LineIndex, problems: Problem[]): Section[] {
  const sections: Section[] = [];
  let behindBlock = 0;
  for (const { start, end } of linesOf(text)) {
    if (start < behindBlock) continue;
    const head = text.slice(start, Math.min(end, start + LONGEST_HEAD));
    if (/^\[.*\]\s*$/.test(head)) sections.push({ start, end, settings: new Map() });
    const section = sections.at(-1);
    const [whole, key] = /^(\w+) *= */.exec(head) ?? [];
    if (section === undefined || whole === undefined || key === undefined) {
      const line = text.slice(start, end).trimEnd();
      if (problems.length < MOST_PROBLEMS && !/^(?:\s*#.*|\[.*\]|)$/.test(line)) {
        problems.push(leftOut(section !== undefined, start, start + line.length, lines));
      }
      continue;
    }
    if (!KEYS.has(key)) problems.push(unknownKey(key, start, lines));
    const value = valueAt(text, start + whole.length, end);
    if (value.behind === value.end && text.startsWith(BLOCK, start + whole.length)) {
      const at = start + whole.length;
      problems.push(unterminatedQuote(BLOCK, BLOCK, 'the line is taken to end it', at, lines));
    }
    behindBlock = value.behind;
    section.end = value.behind;
    section.settings.set(key, { key, start: value.start, end: value.end });
  }
  return sections;
}

/** The rest of the line, or what stands between `"""` on several. */
function valueAt(
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number; readonly behind: number } {
  if (!text.startsWith(BLOCK, start)) return { start, end, behind: end };
  const close = text.indexOf(BLOCK, start + BLOCK.length);
  if (close < 0) return { start: start + BLOCK.length, end, behind: end };
  return { start: start + BLOCK.length, end: close, behind: close + BLOCK.length };
}

const BLOCK = '"""';
const LONGEST_HEAD = 300;
const MOST_PROBLEMS = 50;

/** Those of several years: `qemu_params` and `test_args` took the place of `extra_params`. */
const KEYS: ReadonlySet<string> = new Set([
  ...['file', 'smp', 'extra_params', 'qemu_params', 'test_args', 'groups', 'arch', 'machine'],
  ...['check', 'accel', 'timeout', 'disabled_if'],
]);

/** The script that reads the file takes no notice of what it does not know. */
function leftOut(isInTest: boolean, start: number, end: number, lines: LineIndex): Problem {
  const expected = isInTest ? '[NAME] or KEY = VALUE' : '[NAME] first';
  const message = `kvm-unit-tests leaves out this line, and says nothing; expected ${expected}`;
  return { code: 'bad-config-line', severity: 'error', message, range: lines.range(start, end) };
}

function unknownKey(key: string, start: number, lines: LineIndex): Problem {
  const expected = [...KEYS].join(', ');
  return {
    code: 'unknown-key',
    severity: 'warning',
    message: `kvm-unit-tests does not read '${key}', and says nothing; expected one of ${expected}`,
    range: lines.range(start, start + key.length),
  };
}

function readSection(text: string, { start, end, settings }: Section, lines: LineIndex): VmDescription[] {
  const options = settings.get('qemu_params') ?? settings.get('extra_params');
  if (options === undefined) return [];
  const writer = new ShellWriter(text);
  for (const line of linesOf(text.slice(options.start, options.end))) {
    writer.script(options.start + line.start, options.start + line.end);
    writer.insert(' ', options.start + line.end);
  }
  for (const [key, option] of [
    ['smp', '-smp'],
    ['accel', '-accel'],
  ] as const) {
    const setting = settings.get(key);
    if (setting === undefined || setting.end === setting.start) continue;
    writer.insert(` ${option} `, setting.start);
    writer.script(setting.start, setting.end);
  }
  const derived = writer.build(lines);
  const vm = readCommand(derived);
  if (vm === null) return [];
  const whole = { start: 0, end: derived.text.length };
  const problems = [...vm.problems, ...unclosedIn(whole, lexShell(derived.text).unterminated, derived.lines)];
  return [{ ...vm, problems, target: targetOf(text, settings.get('arch')), range: lines.range(start, end) }];
}

/** `arch = i386|x86_64`: where several are named, the first. */
function targetOf(text: string, arch: Setting | undefined): string | null {
  if (arch === undefined) return null;
  const [name = ''] = /^\w+/.exec(text.slice(arch.start, arch.end)) ?? [];
  return name === '' ? null : (TARGETS.get(name) ?? name);
}

/** Names of Linux that QEMU has others for. */
const TARGETS: ReadonlyMap<string, string> = new Map([['arm64', 'aarch64']]);
