import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const DEVICE = 'virtio-balloon-pci,ioeventfd=';

/** The same device in every language, the value of whose `ioeventfd` the file does not say; how it writes that value. */
const FILES: readonly (readonly [fileName: string, value: string, text: string])[] = [
  ['env.sh', '${IOEVENTFD:-on}', `kvm -M q35 -device ${DEVICE}\${IOEVENTFD:-on}\n`],
  [
    'branch.sh',
    '$MODE',
    `if [ -n "$SLOW" ]; then MODE=off; else MODE=on; fi\nkvm -M q35 -device ${DEVICE}$MODE\n`,
  ],
  [
    'case.sh',
    '$mode',
    `args=(-M q35)\ncase $1 in\n  slow) mode=off ;;\n  *) mode=on ;;\nesac\nargs+=(-device "${DEVICE}$mode")\nexec kvm "\${args[@]}"\n`,
  ],
  ['function.sh', '$1', `run() {\n  kvm -M q35 -device ${DEVICE}$1 "\${@:2}"\n}\nrun off\nrun on\n`],
  [
    'vm.nix',
    '$(cfg.ioeventfd)',
    `{ cfg, ... }: {\n  microvm.qemu.extraArgs = [ "-machine" "q35,accel=kvm" "-device" "${DEVICE}\${cfg.ioeventfd}" ];\n}\n`,
  ],
  [
    'vm.py',
    '$(args.ioeventfd)',
    `cmd = ["qemu-system-x86_64", "-M", "q35,accel=kvm"]\ncmd += ["-device", f"${DEVICE}{args.ioeventfd}"]\nrun(cmd)\n`,
  ],
  [
    'Makefile',
    '$(MODE)',
    `ifdef SLOW\nMODE = off\nelse\nMODE = on\nendif\nrun:\n\tkvm -M q35 -device ${DEVICE}$(MODE)\n`,
  ],
  ['if.mk', '$(if___SLOW__off_on)', `run:\n\tkvm -M q35 -device ${DEVICE}$(if $(SLOW),off,on)\n`],
  ['vm@.service', '$(%i)', `[Service]\nExecStart=/usr/bin/kvm -M q35 -device ${DEVICE}%i\n`],
];

describe('a value that the file does not say', () => {
  it.each(FILES)('%s: each path is there, with what %s would have to be', (fileName, value, text) => {
    const file = unwrap(readLaunchFile(text, fileName));
    const [device] = resolveFile(file, TEST_FACTS).machines.flatMap(({ devices }) => devices);
    const kick = device?.legs.find(({ leg }) => leg === 'kick');
    expect([device?.driver, kick?.path]).toEqual(['virtio-balloon-pci', null]);
    expect(kick?.alternatives).toEqual([
      { path: 'virtio/notify-ioeventfd', when: `ioeventfd (${value}) is on` },
      { path: 'virtio/notify-sync', when: expect.stringContaining(`ioeventfd (${value}) is off`) as unknown },
    ]);
  });
});
