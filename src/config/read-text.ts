import { compare } from '../base/text-range.ts';
import { readScriptLines } from './command-lines.ts';
import type { CodeBlock } from './embedded/code-blocks.ts';
import { codeOf } from './embedded/document.ts';
import { readMakefile } from './embedded/makefile.ts';
import { findMarkdownBlocks } from './embedded/markdown.ts';
import { findRestBlocks, restProblems } from './embedded/restructured-text.ts';
import { readNix } from './embedded/nix.ts';
import { readPython } from './embedded/python.ts';
import { readSystemdUnit } from './embedded/systemd-unit.ts';
import type { LaunchFile, LaunchFormat } from './launch-file.ts';
import { readKvmUnitTests } from './kvm-unit-tests.ts';
import { readLibvirt } from './libvirt/read-libvirt.ts';
import type { LineIndex } from './line-index.ts';
import type { ReadInner } from './read-shell-input.ts';
import { readProxmox } from './proxmox/read-proxmox.ts';
import { readQemuConfig } from './qemu-config.ts';
import { readQmp } from './qmp.ts';

/** What a reader makes of a text. */
export type ReadText = Pick<LaunchFile, 'machines' | 'problems'>;

/** What there is in a text without a machine. */
export const NOTHING: ReadText = { machines: [], problems: [] };

type Reader = (text: string, lines: LineIndex) => ReadText;

const READERS: Readonly<Record<LaunchFormat, Reader>> = {
  'qemu-command-line': readShell,
  'libvirt-xml': readLibvirt,
  makefile: readMakefile,
  'systemd-unit': readSystemdUnit,
  python: readPython,
  nix: readNix,
  'qemu-config': readQemuConfig,
  qmp: readJson,
  proxmox: readProxmox,
  'kvm-unit-tests': readKvmUnitTests,
  markdown: (text, lines) => readDocument(text, findMarkdownBlocks(text), lines),
  restructuredtext: readRest,
};

/** Reads a text of a known format; `lines` says where its letters stand in the file. */
export function readText(text: string, format: LaunchFormat, lines: LineIndex): ReadText {
  return READERS[format](text, lines);
}

function readShell(text: string, lines: LineIndex): ReadText {
  return { machines: readScriptLines(text, lines, innerReader(0)), problems: [] };
}

/**
 * What reads a text that a script gives a command to read, within so many others; null where nobody writes so many one in
 * another.
 */
export function innerReader(depth: number): ReadInner | null {
  if (depth >= DEEPEST_INNER) return null;
  return (text, format, lines) => {
    if (format !== 'qemu-command-line') return READERS[format](text, lines);
    return { machines: readScriptLines(text, lines, innerReader(depth + 1)), problems: [] };
  };
}

/** A script that writes a script that defines a domain; each letter is read once for each. */
const DEEPEST_INNER = 3;

/** Commands of QMP, or else lists of arguments, which look the same in Python. */
function readJson(text: string, lines: LineIndex): ReadText {
  return text.includes('"execute"') ? readQmp(text, lines) : readPython(text, lines);
}

function readRest(text: string, lines: LineIndex): ReadText {
  const { machines, problems } = readDocument(text, findRestBlocks(text), lines);
  return {
    machines,
    problems: machines.length === 0 ? problems : [...restProblems(text, lines), ...problems],
  };
}

function readDocument(text: string, blocks: readonly CodeBlock[], lines: LineIndex): ReadText {
  const read = codeOf(text, blocks, lines).map(({ format, code }) => {
    return readText(code.text, format, code.lines);
  });
  return {
    machines: read.flatMap(({ machines }) => machines).sort((a, b) => compare(a.range.start, b.range.start)),
    problems: read.flatMap(({ problems }) => problems),
  };
}
