/** Languages in which people keep QEMU command lines that the reader understands. */
export const LANGUAGES: readonly string[] = [
  'shellscript',
  'qemu-args',
  'makefile',
  'markdown',
  'restructuredtext',
  'properties',
  'python',
];
