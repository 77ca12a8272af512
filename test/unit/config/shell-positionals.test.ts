import { describe, expect, it } from 'vitest';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { unwrap } from '../../support/unwrap.ts';

/** The devices of each machine of a script, with what nobody knows as it is written. */
function devices(text: string): string[] {
  return unwrap(readLaunchFile(text, 'vm.sh')).machines.map((vm) =>
    [
      ...vm.devices.map(({ driver, id }) => `${driver.known ? '' : '?'}${driver.text}=${id?.text ?? ''}`),
      ...vm.unknownArguments.map((word) => `?${word.text}`),
    ].join(' '),
  );
}

const QEMU = 'qemu-system-x86_64';

describe('the arguments of a function of a script', () => {
  it.each([
    [
      'are those of its call',
      `run() { ${QEMU} -device "$1" -device $2,id=b; }\nrun nvme,id=a e1000`,
      'nvme=a e1000=b',
    ],
    ['all together', `run() {\n${QEMU} "$@"\n}\nrun -device nvme,id=a -device e1000`, 'nvme=a e1000='],
    ['from one on', `run() { ${QEMU} "\${@:2}" -device "$1"; }\nrun nvme -device e1000`, 'e1000= nvme='],
    [
      'behind a shift',
      `run() { local d=$1\nshift\n${QEMU} -device "$d" "$@"\n}\nrun nvme -device e1000`,
      'nvme= e1000=',
    ],
    ['with the whole command', `run() { "$@"; }\nrun ${QEMU} -device nvme,id=a`, 'nvme=a'],
    ['with a default', `run() { ${QEMU} -device "\${1:-nvme},id=a"; }\nrun`, 'nvme=a'],
    ['by the other way to write one', `function run {\n${QEMU} -device "$1"\n}\nrun nvme`, 'nvme='],
    [
      'where all calls have the same',
      `run() { ${QEMU} -device "$1" -m $2; }\nrun nvme 1G\nrun nvme 2G`,
      'nvme=',
    ],
    ['with what a variable held by then', `D=nvme\nrun() { ${QEMU} -device "$1"; }\nrun "$D"`, 'nvme='],
  ])('%s', (_, text, found) => {
    expect(devices(`${text}\n`)).toEqual([found]);
  });

  it.each([
    ['they are those of the script', `${QEMU} -device "$1" "$@"`, '?$1= ?$@'],
    ['calls differ', `run() { ${QEMU} -device "$1"; }\nrun nvme\nrun e1000`, '?$1='],
    ['nobody calls it', `run() { ${QEMU} -device "$1"; }`, '?$1='],
    ['blanks may cut them', `run() { ${QEMU} -device "$2"; }\nrun $X nvme`, '?$2='],
    [
      'a loop takes them away',
      `run() { while [ $# -gt 1 ]; do shift; done; ${QEMU} -device "$1"; }\nrun nvme e1000`,
      '?$1=',
    ],
    ['it calls itself', `run() { run "$1"; ${QEMU} -device "$1"; }\nrun nvme`, '?$1='],
  ])('are not known where %s', (_, text, found) => {
    expect(devices(`${text}\n`)).toEqual([found]);
  });

  it('are what set makes of them, in a branch perhaps', () => {
    const text = `set -- -device nvme,id=a\nif $X; then set -- "$@" -device e1000,id=b; fi\n${QEMU} "$@"\n`;
    expect(devices(text)).toEqual(['nvme=a e1000=b ?$@']);
  });

  it('have their place in the call, as those of variables have it in the assignment', () => {
    const text = `run() { ${QEMU} -device $1; }\nrun nvme,id=a\n`;
    const [vm] = unwrap(readLaunchFile(text, 'vm.sh')).machines;
    expect(vm?.devices[0]?.id?.range.start).toEqual({ line: 1, character: 12 });
  });
});
