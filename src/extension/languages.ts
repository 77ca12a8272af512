/** Languages in which people keep QEMU command lines, or what libvirt and others make such lines of. */
export const LANGUAGES: readonly string[] = [
  'shellscript',
  'qemu-args',
  'xml',
  'makefile',
  'markdown',
  'restructuredtext',
  'properties',
  'ini',
  'python',
  'nix',
  'json',
  'jsonl',
  'qmp',
];
