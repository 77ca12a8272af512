import { inAllReleases } from '../../catalog/code-places.ts';
import type { CodePlace } from '../../catalog/code-places.ts';

/** A file of a source tree. */
export interface TreeFile {
  readonly tree: CodePlace['tree'];
  /** From the top of the tree, with `/` between folders. */
  readonly path: string;
}

/**
 * Whether a function that a file defines under one of its names is the one of a place. Functions move between releases,
 * so the file may have another folder; in QEMU, whose names carry their subsystem, it may be another file of the folder,
 * while in Linux a `start_xmit` next door is another driver's. Architectures have functions of the same names.
 */
export function mayHold({ tree, path }: TreeFile, place: CodePlace): boolean {
  if (tree !== place.tree || architectureOf(path) !== architectureOf(place.file)) return false;
  return inAllReleases(place).files.some(
    (file) =>
      path === file ||
      baseOf(path) === baseOf(file) ||
      (tree === 'QEMU' && folderOf(path) === folderOf(file) && /\.[ch]$/.test(path)),
  );
}

function architectureOf(path: string): string {
  return /^(?:arch|target)\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
