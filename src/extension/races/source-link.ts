import type { Facts } from '../../facts/facts.ts';
import type { KnownBug } from '../../paths/path.ts';

const COMMIT = /\b(Linux|QEMU) ([0-9a-f]{8,40})\b/;
const FILE = /\b(Linux|QEMU) ([\w./-]+\/[\w.-]+\.[ch])\b/;
const ADDRESS = /https:\/\/[^\s),;]+/;

/**
 * Where the source of a known bug can be read: the commit that it names, else an address in it, else its file as it was
 * in the release that has the bug. Null if it names none of these.
 */
export function sourceLink({ source, introducedIn }: KnownBug, facts: Facts): string | null {
  const commit = COMMIT.exec(source);
  if (commit) {
    const [, tree, id = ''] = commit;
    return tree === 'Linux'
      ? `https://git.kernel.org/linus/${id}`
      : `https://gitlab.com/qemu-project/qemu/-/commit/${id}`;
  }
  const address = ADDRESS.exec(source);
  if (address) return address[0];
  const file = FILE.exec(source);
  if (!file) return null;
  const [, tree = '', path = ''] = file;
  const since = introducedIn?.startsWith(`${tree} `) ? introducedIn.slice(tree.length + 1) : undefined;
  return tree === 'Linux'
    ? fileAddress(tree, path, since ?? facts.host.kernel)
    : fileAddress('QEMU', path, since ?? facts.host.qemu);
}

/** Where a file of a release can be read upstream. */
export function fileAddress(tree: 'QEMU' | 'Linux', path: string, release: string): string {
  if (tree === 'Linux') return `https://elixir.bootlin.com/linux/v${release}/source/${path}`;
  const tag = release.split('.').length === 2 ? `${release}.0` : release;
  return `https://gitlab.com/qemu-project/qemu/-/blob/v${tag}/${path}`;
}
