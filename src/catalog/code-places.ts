import { CODE_NAMES } from './code-names.ts';

/** A function of QEMU or Linux, as a step names it. */
export interface CodePlace {
  readonly tree: 'QEMU' | 'Linux';
  /** Where it stands, from the top of the tree, e.g. `virt/kvm/eventfd.c`. */
  readonly file: string;
  readonly name: string;
}

const IN_PARENTHESES = /\([^()]*\)/g;
const PART = /^(?:(QEMU|Linux) )?(?:([\w./-]+\.[chS])(?: |$))?(.*)$/s;
const NAME = /^[A-Za-z_]\w*$/;

/**
 * The functions that a step's `at` says it is part of, in its order; what stands in parentheses is what they do, or call,
 * and is left out. None for hardware, for proposals without code and for files without a function.
 */
export function codePlaces(at: string): CodePlace[] {
  const places: CodePlace[] = [];
  let tree: string | undefined;
  let file: string | undefined;
  for (const text of withoutParentheses(at).split(/[;,]/)) {
    const [, ownTree, ownFile, rest = ''] = PART.exec(text.trim()) ?? [];
    tree = ownTree ?? tree;
    // Before anything else there has to be a tree, or the text is no place at all.
    if (tree !== 'QEMU' && tree !== 'Linux') return [];
    file = ownFile === undefined ? file : besides(file, ownFile);
    const name = rest.trim();
    if (file !== undefined && NAME.test(name)) places.push({ tree, file, name });
  }
  return places;
}

/** The same function under all names that it and its file had in some release: the given ones first. */
export function inAllReleases({ tree, file, name }: CodePlace): {
  readonly files: readonly string[];
  readonly names: readonly string[];
} {
  if (tree === 'Linux') return { files: [file], names: [name] };
  const both = CODE_NAMES.find((one) => one.names.some((known) => known.name === `${file} ${name}`));
  if (both !== undefined) {
    const pairs = both.names.map((known) => known.name.split(' '));
    return {
      files: [...new Set([file, ...pairs.map(([at = file]) => at)])],
      names: [...new Set([name, ...pairs.map(([, called = name]) => called)])],
    };
  }
  const names = CODE_NAMES.find((one) => one.names.some((known) => known.name === name))?.names ?? [];
  const moved = CODE_NAMES.find((one) => one.names.some((known) => file.startsWith(known.name)))?.names ?? [];
  const present = moved.find((known) => file.startsWith(known.name))?.name ?? '';
  return {
    files: [...new Set([file, ...moved.map((other) => other.name + file.slice(present.length))])],
    names: [...new Set([name, ...names.map((other) => other.name)])],
  };
}

/** A file without folder is one in the folder of the file before it: `arch/arm64/kvm/arm.c …, handle_exit.c …`. */
function besides(before: string | undefined, file: string): string {
  if (before === undefined || file.includes('/')) return file;
  return before.slice(0, before.lastIndexOf('/') + 1) + file;
}

function withoutParentheses(text: string): string {
  const shorter = text.replace(IN_PARENTHESES, '');
  return shorter === text ? text : withoutParentheses(shorter);
}
