import type { LaunchFormat } from '../launch-file.ts';

/** A code block of a document, by the offsets of its lines. */
export interface CodeBlock {
  /** Null for code in a language in which no launch file is. */
  readonly format: LaunchFormat | null;
  readonly start: number;
  readonly end: number;
  /** How many letters of each line belong to the document and not to the code. */
  readonly indent: number;
}

/** What the language of a block, as its fence or directive names it, is read as. */
export function formatOfLanguage(language: string): LaunchFormat | null {
  const name = language.toLowerCase();
  return name === '' ? 'qemu-command-line' : (LANGUAGES.get(name) ?? null);
}

const SHELL = [
  'sh',
  'bash',
  'zsh',
  'shell',
  'console',
  'shell-session',
  'shellsession',
  'terminal',
  'cmd',
  'text',
  'txt',
  'plain',
  'none',
  'default',
  '::',
];

const LANGUAGES: ReadonlyMap<string, LaunchFormat> = new Map<string, LaunchFormat>([
  ...SHELL.map((name) => [name, 'qemu-command-line'] as const),
  ['xml', 'libvirt-xml'],
  ['make', 'makefile'],
  ['makefile', 'makefile'],
  ['systemd', 'systemd-unit'],
  ['python', 'python'],
  ['py', 'python'],
  ['nix', 'nix'],
  ['ini', 'qemu-config'],
  ['cfg', 'qemu-config'],
  ['json', 'qmp'],
  ['qmp', 'qmp'],
  ['qmp-example', 'qmp'],
]);

/** The lines of a text, one after the other, by their offsets without line ends. */
export function* linesOf(text: string): Generator<{ start: number; end: number; next: number }> {
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    let end = feed < 0 ? text.length : feed;
    if (text[end - 1] === '\r') end -= 1;
    yield { start, end: Math.max(start, end), next };
    start = next;
  }
}
