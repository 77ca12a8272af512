import type { LaunchFormat } from './launch-file.ts';

/** What kind of text a file holds: by its name, and where that says nothing by how it begins. */
export function formatOf(text: string, fileName: string): LaunchFormat {
  const head = text.slice(0, LONGEST_HEAD);
  if (/^\uFEFF?\s*</.test(head)) return 'libvirt-xml';
  const name = fileName.slice(fileName.lastIndexOf('/') + 1).toLowerCase();
  const named = BY_NAME.find(([pattern]) => pattern.test(name));
  if (named !== undefined) return named[1];
  const own = head.slice(0, HERE_DOCUMENT.exec(head)?.index);
  return BY_BEGINNING.find(([pattern]) => pattern.test(own))?.[1] ?? 'qemu-command-line';
}

const LONGEST_HEAD = 4_000;
/** What stands behind it is what a script writes. */
const HERE_DOCUMENT = /<<-?\s*["'\\]?\w/;

const BY_NAME: readonly (readonly [RegExp, LaunchFormat])[] = [
  [/^(?:gnu)?makefile(?:\.\w+)?$|\.(?:mk|mak|make)$/, 'makefile'],
  [/\.service$/, 'systemd-unit'],
  [/\.(?:md|markdown)$/, 'markdown'],
  [/\.rst$/, 'restructuredtext'],
  [/\.pyw?$/, 'python'],
  [/\.nix$/, 'nix'],
  [/\.(?:json|jsonc|jsonl|qmp)$/, 'qmp'],
  [/^\d+\.conf$/, 'proxmox'],
  [/unittests\.cfg$/, 'kvm-unit-tests'],
  [/\.(?:ba|da|k|z)?sh$/, 'qemu-command-line'],
];

/** For standard input, and for files whose names say nothing. */
const BY_BEGINNING: readonly (readonly [RegExp, LaunchFormat])[] = [
  [/^#!.*\b(?:ba|da|k|z)?sh\b/, 'qemu-command-line'],
  [/^\[(?:Unit|Service)\]\s*$/m, 'systemd-unit'],
  [/^\[(?:device|netdev|object|drive|chardev|machine|blockdev)(?: "[^"\n]*"?)?\]?\s*$/m, 'qemu-config'],
  [/^(?:[^\n]{0,200}?)\{\s*"(?:execute|QMP)"\s*:/m, 'qmp'],
  [/^(?:net\d+: (?:virtio|e1000e?|rtl8139|vmxnet3)[=,]|scsihw: |hostpci\d+: )/m, 'proxmox'],
  [/^(?:extra_params|qemu_params) *= *-/m, 'kvm-unit-tests'],
  [/^#!.*\bmake\b/, 'makefile'],
  [/^#!.*\bpython/, 'python'],
];
