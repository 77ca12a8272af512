/** A kind of launch file, as people keep them. */
export type FileKind = 'script, a machine' | 'script, 50 machines' | 'libvirt XML';

const LINES = 10_000;
const DEVICES = 200;

/** A file of 10 000 lines with 200 devices of four kinds; the other lines are notes and commands. */
export function fileWithDevices(kind: FileKind): { readonly name: string; readonly text: string } {
  if (kind === 'libvirt XML') return { name: 'vm.xml', text: domain() };
  return { name: 'vm.sh', text: script(kind === 'script, a machine' ? 1 : 50) };
}

/** Where somebody types: in a note, in the options of a device, or the return key in a note. */
export type Key = 'note' | 'device' | 'return';

const PLACES: Readonly<Record<Key, RegExp>> = {
  note: /note/g,
  device: /ioeventfd|kvm-intx/g,
  return: /note/g,
};

/** The text as it is after a key somewhere, by share of the file; in one piece, as VS Code gives it. */
export function edited(text: string, key: Key, share: number): string {
  const place = PLACES[key];
  place.lastIndex = Math.floor(text.length * share);
  const at = place.exec(text)?.index ?? text.search(place);
  return inOnePiece(`${text.slice(0, at)}${key === 'return' ? '\n' : 'x'}${text.slice(at)}`);
}

/** Engines keep a text that was put together as its parts until somebody looks for a letter. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}

const KINDS: readonly ((n: number) => string)[] = [
  (n) => `-netdev tap,id=n${String(n)},vhost=on -device virtio-net-pci,ioeventfd=off,netdev=n${String(n)}`,
  (n) => `-drive if=none,id=d${String(n)},file=/d -device virtio-blk-pci,ioeventfd=on,drive=d${String(n)}`,
  (n) => `-device vfio-pci,x-no-kvm-intx=on,host=0000:${n.toString(16)}:00.0`,
  (n) =>
    `-drive if=none,id=d${String(n)},file=/d -device nvme,ioeventfd=on,drive=d${String(n)},serial=s${String(n)}`,
];

function script(machines: number): string {
  const each = DEVICES / machines;
  const notes = Math.floor((LINES - machines * (each + 2)) / machines);
  const one = (machine: number): string[] => [
    ...Array.from({ length: notes }, (_, i) => noteOf(machine * notes + i)),
    'qemu-system-x86_64 -M q35,accel=kvm -object iothread,id=io \\',
    ...Array.from({ length: each }, (_, i) => `  ${deviceOf(machine * each + i)} \\`),
    '  -smp 4',
  ];
  return `${Array.from({ length: machines }, (_, machine) => one(machine).join('\n')).join('\n')}\n`;
}

function deviceOf(n: number): string {
  return KINDS[n % KINDS.length]?.(n) ?? '';
}

function noteOf(n: number): string {
  switch (n % 3) {
    case 0:
      return `# note ${String(n)}: what QEMU gets here was measured on the second rack`;
    case 1:
      return `log "step ${String(n)}" "$HOME/x${String(n)}"`;
    default:
      return `if [ -e /dev/vfio/${String(n)} ]; then modprobe vfio-pci; fi`;
  }
}

function domain(): string {
  const notes = Math.floor(LINES / DEVICES) - 5;
  const letters = (n: number): string => String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26));
  const one = (n: number): string[] => [
    ...(n % 2 === 0
      ? ["<interface type='bridge'>", "<driver ioeventfd='off'/>", "<model type='virtio'/>", '</interface>']
      : [
          "<disk type='file'>",
          "<driver name='qemu' ioeventfd='on'/>",
          `<target dev='vd${letters(n)}' bus='virtio'/>`,
          '</disk>',
        ]),
    ...Array.from({ length: notes }, (_, i) => `<!-- note ${String(i)}: on the second rack -->`),
  ];
  return [
    "<domain type='kvm'><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>",
    ...Array.from({ length: DEVICES }, (_, n) => one(n).join('\n')),
    '</devices></domain>\n',
  ].join('\n');
}
