import fc from 'fast-check';
import { LABELLED_LAUNCHES } from './labelled-launches.ts';
import { SAMPLE_LAUNCHES, type SampleLaunch } from './sample-launches.ts';

const LINES_BETWEEN = `# a note about "these
cat <<EOF
-device e1000
EOF
read -r ANSWER
DISK=vfio-pci,host=01:00.0
start() {
  local OPTS="-device e1000e"
  if [ -e /dev/kvm ]; then OPTS+=" -device nvme,serial=1"; fi
  qemu-system-x86_64 -M q35 $OPTS -device "$DISK"
}
cat > vm.sh <<EOF
exec qemu-system-x86_64 -device $DISK,x-no-kvm-intx=\\$SLOW \\
  -device '$NAME'
EOF
ARGS=(-M q35 -accel kvm)
ARGS+=(-device "$DISK,id=a")
qemu-system-x86_64 "\${ARGS[@]}" -nic user -drive file=x,if=virtio
`;

/** Devices of each family, most with something that they name, some in the same line. */
const DEVICES = Array.from({ length: 3 }, (_, i) => {
  const n = String(i);
  return `  -netdev tap,id=n${n},vhost=on -device virtio-net-pci,netdev=n${n},id=same \\
  -chardev socket,id=c${n},path=/c -netdev vhost-user,id=u${n},chardev=c${n} \\
  -device virtio-net-pci,netdev=u${n},ioeventfd=off \\
  -drive if=none,id=d${n},file=/d -device virtio-blk-pci,drive=d${n},iothread=io \\
  -device vfio-pci,host=0000:0${n}:00.0,x-no-kvm-intx=on,id=v${n} -device scsi-hd,bus=s${n}.0 \\
`;
}).join('');

/** Machines that say all by themselves, so far apart that each is read in a piece of its own. */
const FAR_APART = Array.from({ length: 4 }, (_, i) => {
  const n = String(i);
  return `${'# what another rack has\n'.repeat(100)}qemu-system-x86_64 -M q35 -enable-kvm -cpu host,-x2apic -smp 2 \\
  -netdev tap,id=n${n},vhost=on -device virtio-net-pci,netdev=n${n} -global virtio-net-pci.ioeventfd=off \\
  -device nvme,id=d${n},serial=1 -set device.d${n}.ioeventfd=on -device e1000f -nic user -acel tcg stray
`;
}).join('');

/** Scripts long enough to be read in pieces, and a machine with many devices. */
const SCRIPTS: readonly SampleLaunch[] = [
  {
    fileName: 'many.sh',
    text: `${LINES_BETWEEN}qemu-system-x86_64 -M q35,accel=kvm -object iothread,id=io \\\n${DEVICES}  -device virtio-scsi-pci,id=s0 -smp 4\n${LINES_BETWEEN}`,
  },
  {
    fileName: 'machines.sh',
    text: LABELLED_LAUNCHES.slice(0, 3)
      .map(({ args }) => `${LINES_BETWEEN}${args}`)
      .join('\n'),
  },
  { fileName: 'far-apart.sh', text: FAR_APART },
  {
    fileName: 'devices.xml',
    text: LABELLED_LAUNCHES.slice(0, 3)
      .map(({ xml }) => xml)
      .join('\n'),
  },
];

const SIGNS: readonly string[] = [
  ...Array.from('\'"`\\${}()#\n \t=,-x1'),
  ...[
    ',id=a',
    'off',
    '\\\n',
    '\r',
    '\n}\n',
    'f() {\n',
    '<<EOF\n',
    '\nEOF\n',
    '$(cat <<EOF\n',
    "cat <<-'EOF' >x.cfg\n[device]\n",
    '-device e1000',
    ' -nic user ',
    ' -nodefaults ',
    'DISK=x\n',
    '<!--',
  ],
];

interface Key {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const key: fc.Arbitrary<Key> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.nat({ max: 300 }) }),
  put: fc.oneof(fc.constant(''), fc.constantFrom(...SIGNS)),
});

/** A launch file, and its versions while somebody types. */
export interface TypedText {
  readonly fileName: string;
  readonly versions: readonly string[];
}

/** Launch files of each format with changes here and there, and back. */
export const typedText: fc.Arbitrary<TypedText> = fc
  .record({
    sample: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...SCRIPTS) },
      { weight: 1, arbitrary: fc.constantFrom(...SAMPLE_LAUNCHES) },
    ),
    keys: fc.array(key, { minLength: 1, maxLength: 4 }),
  })
  .map(({ sample: { fileName, text }, keys }) => {
    const versions = [text];
    for (const { at, cut, put } of keys) {
      const last = versions.at(-1) ?? text;
      const start = Math.floor(at * last.length);
      versions.push(last.slice(0, start) + put + last.slice(start + cut));
    }
    return { fileName, versions: [...versions, ...versions.slice(-2, -1)] };
  });
