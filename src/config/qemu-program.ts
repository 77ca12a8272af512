import { isKnown, type Word } from './word.ts';

/** How a command runs another one, as far as its own arguments must be skipped to find that one. */
interface Wrapper {
  /** Options whose value is the next word. */
  readonly valued: readonly string[];
  /** Words that it takes for itself before the command, besides options. */
  readonly positionals: number;
}

const PLAIN: Wrapper = { valued: [], positionals: 0 };

/** Programs that run the command behind them; with them stands how many words are their own. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map([
  ['sudo', { valued: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-T', '-U', '-D', '-R'], positionals: 0 }],
  ['doas', { valued: ['-u', '-C'], positionals: 0 }],
  ['env', { valued: ['-u', '-C', '--unset', '--chdir'], positionals: 0 }],
  ['exec', { valued: ['-a'], positionals: 0 }],
  ['command', PLAIN],
  ['nohup', PLAIN],
  ['setsid', PLAIN],
  ['time', { valued: ['-o', '-f'], positionals: 0 }],
  ['nice', { valued: ['-n', '--adjustment'], positionals: 0 }],
  ['ionice', { valued: ['-c', '-n', '-p'], positionals: 0 }],
  ['chrt', { valued: ['-T', '-P', '-D'], positionals: 1 }],
  ['taskset', { valued: [], positionals: 1 }],
  ['numactl', { valued: ['-i', '-m', '-N', '-C', '-p', '-P'], positionals: 0 }],
  ['timeout', { valued: ['-k', '-s', '--kill-after', '--signal'], positionals: 1 }],
  ['stdbuf', { valued: ['-i', '-o', '-e'], positionals: 0 }],
  [
    'strace',
    {
      valued: ['-e', '-o', '-p', '-s', '-u', '-E', '-P', '-a', '-I', '-O', '-S', '-U', '-X'],
      positionals: 0,
    },
  ],
  ['systemd-run', { valued: ['-p', '-u', '-E', '-t', '-M', '-d'], positionals: 0 }],
  ['unshare', { valued: [], positionals: 0 }],
  ['gdb', { valued: ['-ex', '-x', '-iex', '-ix', '-cd'], positionals: 0 }],
]);

/**
 * The index in `words` (a command without leading assignments) of the program that is QEMU, seen through sudo,
 * numactl and the like; undefined if the command runs something else.
 */
export function findQemuProgram(word: (index: number) => Word | undefined): number | undefined {
  let i = 0;
  for (let depth = 0; depth < DEEPEST_WRAPPING; depth++) {
    const program = word(i);
    if (program === undefined) return undefined;
    if (isQemu(program, word(i + 1))) return i;
    const wrapper = WRAPPERS.get(baseName(program.text));
    if (wrapper === undefined) return undefined;
    i = behindWrapper(wrapper, word, i + 1);
  }
  return undefined;
}

/** Text without this is no program that could be QEMU. */
export const MENTIONS_QEMU = /qemu|kvm/i;

/** Whether a command of this name runs the command behind it. */
export function isWrapper(name: string): boolean {
  return WRAPPERS.has(name) || (name.startsWith('/') && WRAPPERS.has(baseName(name)));
}

/**
 * The architecture that the program's name ends in, e.g. `aarch64`; null if the name does not say it. Of
 * `${QEMU:-qemu-system-aarch64}` it is that of the default: another program is one for the same machine.
 */
export function targetOf(program: Word): string | null {
  const name = baseName(program.text);
  if (!isKnown(program, program.text.length - name.length, program.text.length)) {
    return DEFAULT_PROGRAM.exec(program.text.slice(0, LONGEST_PROGRAM))?.[1] ?? null;
  }
  return QEMU_SYSTEM.exec(name)?.[1] ?? null;
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const DEEPEST_WRAPPING = 8;
const QEMU_SYSTEM = /^qemu-system-([a-z0-9_]+)(?:[-.][\w.-]*)?$/i;
const DEFAULT_PROGRAM = /^\$\{\w+:?[-=](?:[^{}$]*\/)?qemu-system-([a-z0-9_]+)\}$/i;
const SHORT_NAMES: ReadonlySet<string> = new Set(['kvm', 'qemu-kvm', 'qemu']);

function isQemu(program: Word, next: Word | undefined): boolean {
  const name = baseName(program.text);
  if (name.length > LONGEST_PROGRAM) return false;
  if (QEMU_SYSTEM.test(name)) return true;
  // These names mean other things too, and a variable may hold anything: an option behind them decides.
  const isLikely = SHORT_NAMES.has(name) || (!isKnown(program, 0, program.text.length) && /qemu/i.test(name));
  return isLikely && next?.text.startsWith('-') === true;
}

const LONGEST_PROGRAM = 200;

function behindWrapper(wrapper: Wrapper, word: (index: number) => Word | undefined, from: number): number {
  let i = from;
  let positionals = wrapper.positionals;
  for (let next = word(i); next !== undefined; next = word(i)) {
    const text = next.text;
    if (text === '--' || text === '--args') return i + 1 + positionals;
    if (text.startsWith('-')) i += wrapper.valued.includes(text) ? 2 : 1;
    else if (/^[A-Za-z_]\w*=/.test(text)) i += 1;
    else if (positionals > 0) {
      positionals -= 1;
      i += 1;
    } else break;
  }
  return i;
}
