import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { indexLines } from '../../../src/config/line-index.ts';
import { LONGEST_TEXT, noMachineProblem, readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { shellText } from './shell-texts.ts';

function machines(text: string): readonly VmDescription[] {
  const file = readLaunchFile(text, 'vm.sh');
  if (!file.ok) throw new Error(file.error.message);
  return file.value.machines;
}

function machine(text: string): VmDescription {
  const [only, ...others] = machines(text);
  if (only === undefined || others.length > 0) throw new Error(`expected one machine in ${text}`);
  return only;
}

/** The text that a range covers. */
function at(text: string, { start, end }: TextRange): string {
  const lines = text.split(/(?<=\n)/);
  const offset = ({ line, character }: TextRange['start']): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length, 0) + character;
  return text.slice(offset(start), offset(end));
}

function drivers(vm: VmDescription): string[] {
  return vm.devices.map(({ driver }) => driver.text);
}

function codes(vm: VmDescription): string[] {
  return vm.problems.map(({ code }) => code);
}

/** Document 000, as it stands there: two lines, the last one ending in a backslash and the text. */
const DOCUMENT_000 =
  '-device vfio-platform,vfio_device="fff51000.ethernet",\\\n' +
  'compat="calxeda/hb-xgmac",mmap-timeout-ms=110,irqfd=false\\';

describe('finding QEMU in a script', () => {
  it("reads document 000's bare fragment, every key and value with its place", () => {
    const vm = machine(DOCUMENT_000);
    expect(vm.binary).toBeNull();
    expect(vm.problems).toEqual([]);
    const [device] = vm.devices;
    expect(device?.properties.map(({ key, value }) => [key.text, value?.text])).toEqual([
      ['vfio_device', 'fff51000.ethernet'],
      ['compat', 'calxeda/hb-xgmac'],
      ['mmap-timeout-ms', '110'],
      ['irqfd', 'false'],
    ]);
    const places = device?.properties.map(({ range }) => at(DOCUMENT_000, range));
    expect(places?.[0]).toBe('vfio_device="fff51000.ethernet');
    expect(places?.[3]).toBe('irqfd=false');
    expect(device && at(DOCUMENT_000, device.range)).toBe(DOCUMENT_000.slice(0, -1));
  });

  it.each([
    'qemu-system-aarch64 -M virt',
    '/usr/bin/qemu-system-x86_64 -M q35',
    'sudo -E -u root qemu-system-arm -M virt',
    'LC_ALL=C HOME=/x qemu-kvm -M q35',
    'exec env A=b taskset -c 0-3 numactl -m 0 nice -n 5 kvm -m 512',
    'if true; then nohup qemu-system-aarch64 -M virt & fi',
    'QEMU=/opt/qemu-system-aarch64\n$QEMU -M virt',
    '"$QEMU" -M virt',
    '${QEMU:-qemu-system-aarch64} -M virt',
    'run() {\n  chrt -f 1 qemu-system-aarch64 -M virt\n}',
    'gdb -ex run --args qemu-system-aarch64 -M virt',
    'timeout 5 qemu-system-aarch64 -M virt || echo failed',
  ])('finds it in %j', (text) => {
    expect(machines(text)).toHaveLength(1);
  });

  it.each([
    'sudo apt install qemu-kvm',
    'which qemu-system-x86_64',
    'echo qemu-system-x86_64 -device e1000',
    '# qemu-system-x86_64 -device e1000',
    'cat <<EOF\nqemu-system-x86_64 -device e1000\nEOF',
    "echo 'kvm -device e1000'",
    'perf kvm stat',
    'modprobe kvm',
    'pkill qemu',
    'qemu-system-x86_64 --version',
    'qemu-system-x86_64 -device help',
    'qemu-system-x86_64 is a program that runs machines',
    'docker run --device /dev/kvm image',
    'find . -name qemu',
    'args=(\n  -M e1000\n)',
    "don't -device",
    '',
  ])('finds none, and no problem, in %j', (text) => {
    expect(readLaunchFile(text, 'x.sh')).toEqual({
      ok: true,
      value: { fileName: 'x.sh', format: 'qemu-command-line', machines: [], problems: [] },
    });
  });

  it('reads several command lines of a file, each with its own devices and place', () => {
    const text =
      '#!/bin/sh\nqemu-system-aarch64 -device a &\n\nqemu-system-x86_64 -device b \\\n  -device c > log 2>&1\n';
    const found = machines(text);
    expect(found.map(drivers)).toEqual([['a'], ['b', 'c']]);
    expect(found.map(({ range }) => at(text, range))).toEqual([
      'qemu-system-aarch64 -device a',
      'qemu-system-x86_64 -device b \\\n  -device c',
    ]);
    expect(found.map(({ target }) => target)).toEqual(['aarch64', 'x86_64']);
  });
});

describe('reading the options of a machine', () => {
  it('merges every -machine and -M, and lists accelerators in order', () => {
    const vm = machine(
      'qemu-system-aarch64 -M virt -machine gic-version=3,accel=kvm -accel kvm,kernel-irqchip=off -enable-kvm',
    );
    expect(vm.machine.map(({ key, value }) => `${key.text}=${value?.text ?? ''}`)).toEqual([
      'type=virt',
      'gic-version=3',
      'accel=kvm',
    ]);
    expect(vm.accelerators.map((list) => list.map(({ value }) => value?.text))).toEqual([
      ['kvm', 'off'],
      ['kvm'],
    ]);
  });

  it('takes the last -cpu, with its flags as they are written', () => {
    const vm = machine('qemu-system-x86_64 -cpu qemu64 -cpu host,-kvm-pv-eoi,+x2apic,migratable=no');
    expect(vm.cpu.map(({ key, value }) => [key.text, value?.text ?? null])).toEqual([
      ['model', 'host'],
      ['-kvm-pv-eoi', null],
      ['+x2apic', null],
      ['migratable', 'no'],
    ]);
  });

  it('reads ,, as a comma, a key alone, and the driver= form', () => {
    const [device] = machine('qemu-system-aarch64 -device host=a,,b,rombar,driver=e1000,id=n0').devices;
    expect(device?.driver.text).toBe('e1000');
    expect(device?.id?.text).toBe('n0');
    expect(device?.properties.map(({ key, value }) => [key.text, value?.text ?? null])).toEqual([
      ['host', 'a,b'],
      ['rombar', null],
      ['id', 'n0'],
    ]);
  });

  it('reads the JSON form with the place of every key and value', () => {
    const text = `qemu-system-aarch64 -device '{"driver":"vfio-calxeda-xgmac","x-irqfd":false,"mmap-timeout-ms":110}'`;
    const [device] = machine(text).devices;
    expect(device && at(text, device.driver.range)).toBe('vfio-calxeda-xgmac');
    expect(device?.properties.map(({ key, value, valueType }) => [key.text, value?.text, valueType])).toEqual(
      [
        ['x-irqfd', 'false', 'boolean'],
        ['mmap-timeout-ms', '110', 'number'],
      ],
    );
    expect(device?.properties.map(({ range }) => at(text, range))).toEqual([
      '"x-irqfd":false',
      '"mmap-timeout-ms":110',
    ]);
  });

  it('reads JSON in double quotes with escapes just as exactly', () => {
    const text = 'qemu-system-aarch64 -device "{\\"driver\\":\\"e1000\\",\\"id\\":\\"n0\\"}"';
    const [device] = machine(text).devices;
    expect(device?.driver.text).toBe('e1000');
    expect(device?.id && at(text, device.id.range)).toBe('n0');
  });

  it('says where JSON is broken and reads the rest', () => {
    const text = `qemu-system-aarch64 -device '{"driver":"e1000","id":}' -device b`;
    const vm = machine(text);
    expect(codes(vm)).toEqual(['bad-json']);
    expect(vm.problems[0]?.message).toBe('this is not JSON: value expected');
    expect(drivers(vm)).toEqual(['e1000', 'b']);
  });

  it('complains about a comma too many once', () => {
    const vm = machine(`qemu-system-aarch64 -device '{"driver":"e1000",}'`);
    expect(vm.problems.map(({ message }) => message)).toEqual(['this is not JSON: property name expected']);
  });

  it('gives -set to the device with that id and keeps -global apart', () => {
    const vm = machine(
      'qemu-system-aarch64 -device e1000,id=n0,a=1 -set device.n0.a=2 -global e1000.b=3 -global driver=e1000,property=c,value=4',
    );
    expect(vm.devices[0]?.properties.map(({ from, key, value }) => [from, key.text, value?.text])).toEqual([
      ['device', 'id', 'n0'],
      ['device', 'a', '1'],
      ['set', 'a', '2'],
    ]);
    expect(
      vm.globals.map(({ driver, property }) => [driver, property.key.text, property.value?.text]),
    ).toEqual([
      ['e1000', 'b', '3'],
      ['e1000', 'c', '4'],
    ]);
  });

  it('keeps every option, known or not', () => {
    const vm = machine('qemu-system-aarch64 -nographic -m 1G --append "a b" -devize x disk.img');
    expect(vm.options.map(({ name, value }) => [name.text, value?.text ?? null])).toEqual([
      ['nographic', null],
      ['m', '1G'],
      ['append', 'a b'],
      ['devize', 'x'],
    ]);
  });

  it('leaves redirections and the program out of the arguments', () => {
    for (const end of [
      '> $LOG',
      '2> $LOG',
      '>> $LOG',
      '2>&1',
      '&> $LOG',
      '< $IN',
      '<<< $IN',
      '| tee $LOG',
      '; $X',
      '& $X',
    ]) {
      const vm = machine(`sudo $QEMU -M virt -m 2 ${end}`);
      expect(vm.unknownArguments).toEqual([]);
      expect(vm.options.map(({ name, value }) => [name.text, value?.text])).toEqual([
        ['M', 'virt'],
        ['m', '2'],
      ]);
    }
    expect(machine('qemu-system-aarch64 -m 2>x').options[0]?.value).toBeNull();
  });

  it('reads the name of a disk image for what it is', () => {
    expect(machines('qemu-system-x86_64 disk.img')).toHaveLength(1);
    expect(machines('qemu-system-x86_64 $ARGS more')).toHaveLength(1);
  });

  it('tells what it cannot know', () => {
    const text = 'qemu-system-aarch64 $EXTRA "${args[@]}" -device vfio-pci,host=$BDF';
    const vm = machine(text);
    expect(vm.unknownArguments.map((argument) => argument.text)).toEqual(['$EXTRA', '${args[@]}']);
    expect(vm.devices[0]?.properties[0]?.value).toMatchObject({ text: '$BDF', known: false });
  });
});

describe('variables of the script', () => {
  it.each([
    ['IRQFD=off\n', true],
    ['export IRQFD=off\n', true],
    ['readonly IRQFD="off"\n', true],
    ['X=off\nIRQFD=$X\n', true],
    ['IRQFD=on\nIRQFD=off\n', true],
    ['if x; then IRQFD=off; fi\n', false],
    ['x && IRQFD=off\n', false],
    ['IRQFD=on\nread IRQFD\n', false],
    ['for IRQFD in on off; do :; done\n', false],
    ['IRQFD=off\n. ./settings.sh\n', false],
    ['IRQFD=$(cat x)\n', false],
    ['IRQFD=${IRQFD:-off}\n', false],
    ['f() {\n  IRQFD=off\n}\n', false],
    ['function f {\n  IRQFD=off\n}\n', false],
    ['function f {\n  :\n}\nIRQFD=off\n', true],
    ['(IRQFD=off)\n', false],
    ['(cd /; ls)\nIRQFD=off\n', true],
    ['IRQFD=off | cat\n', false],
    ['echo | IRQFD=off\n', false],
    ['case $1 in\n  a) IRQFD=off ;;\nesac\n', false],
    ['case $1 in\n  a) : ;;\nesac\nIRQFD=off\n', true],
    ['if a; then :; fi\nwhile b; do c; done\nIRQFD=off\n', true],
    ['true; IRQFD=off; true\n', true],
    ['IRQFD=on\n((IRQFD++))\n', false],
    ['IRQFD[0]=off\n', false],
    ['IRQFD=(off)\n', false],
    ['declare -r IRQFD=off\n', true],
    ['IRQFD=off true\n', false],
    ['', false],
  ])('after %j the value of $IRQFD is certain: %j', (script, certain) => {
    const vm = machine(`${script}qemu-system-aarch64 -device vfio-platform,x-irqfd=$IRQFD`);
    const value = vm.devices[0]?.properties[0]?.value;
    expect(value?.known).toBe(certain);
    expect(value?.text).toBe(certain ? 'off' : '$IRQFD');
  });

  it('finds the devices of a variable where they are written', () => {
    const text = 'OPTS="-M virt"\nOPTS+=" -device e1000,id=n0"\nqemu-system-aarch64 $OPTS';
    const vm = machine(text);
    expect(drivers(vm)).toEqual(['e1000']);
    expect(vm.devices[0] && at(text, vm.devices[0].range)).toBe('-device e1000,id=n0');
  });

  it('gives a device whose value alone is a variable the place where the command names it', () => {
    const text = 'D=vfio-pci,host=01:00.0\nqemu-system-x86_64 -device $D -nographic';
    const device = machine(text).devices[0];
    expect(device && at(text, device.range)).toBe('-device $D');
    expect(device && at(text, device.valueRange)).toBe('vfio-pci,host=01:00.0');
    const flag = 'F=-device\nD=vfio-pci,host=01:00.0\nqemu-system-x86_64 $F $D';
    const other = machine(flag).devices[0];
    expect(other && at(flag, other.range)).toBe('$F $D');
  });

  it('stays in bounds when variables double each other', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `A${i + 1}="$A${i}$A${i}"`).join('\n');
    const vm = machine(`A0=aaaaaaaaaa\n${doubling}\nqemu-system-aarch64 -name $A60`);
    expect(vm.options[0]?.value?.known).toBe(false);
  });
});

describe('mistakes in a command line', () => {
  it('reports an unclosed quote where it starts and understands the rest', () => {
    const text =
      'qemu-system-aarch64 -M virt \\\n  -append "root=/dev/vda \\\n  -device vfio-platform,host=x\necho done\n';
    const vm = machine(text);
    expect(drivers(vm)).toEqual(['vfio-platform']);
    expect(vm.problems).toEqual([
      expect.objectContaining({
        code: 'unterminated-quote',
        range: { start: { line: 1, character: 10 }, end: { line: 1, character: 11 } },
      }),
    ]);
  });

  it.each([
    [
      'a comment between continued lines',
      'qemu-system-aarch64 -device a \\\n  # -device x \\\n  -device b\n',
      'comment-ends-command',
    ],
    [
      'a blank behind the backslash',
      'qemu-system-aarch64 -device a \\ \n  -device b\n',
      'blank-after-backslash',
    ],
  ])('warns of %s and reads on', (_, text, code) => {
    const vm = machine(text);
    expect(drivers(vm)).toEqual(['a', 'b']);
    expect(codes(vm)).toEqual([code]);
  });

  it('warns of a list that a blank cuts in two', () => {
    const vm = machine('qemu-system-aarch64 -device vfio-platform,host=x, \\\n  irqfd=false');
    expect(codes(vm)).toEqual(['split-list']);
  });

  it.each([
    ['-devize e1000', 'unknown-option', /did you mean -device\?/],
    ['-nographic -device', 'missing-value', /-device needs a value/],
    ['-device id=x', 'missing-driver', /name of a device/],
    [`-device '{"id":"x"}'`, 'missing-driver', /name of a device/],
  ])('says what is wrong with %j', (args, code, message) => {
    const vm = machine(`qemu-system-aarch64 ${args}`);
    expect(codes(vm)).toEqual([code]);
    expect(vm.problems[0]?.message).toMatch(message);
  });
});

describe('texts that are no launch file', () => {
  it('refuses binary text where the NUL stands', () => {
    const file = readLaunchFile('ELF\nqemu\0', 'x');
    expect(file).toMatchObject({ ok: false, error: { code: 'binary', position: { line: 1, character: 4 } } });
  });

  it('refuses text longer than the limit without reading it', () => {
    const file = readLaunchFile('#'.repeat(LONGEST_TEXT + 1), 'x');
    expect(file).toMatchObject({ ok: false, error: { code: 'too-large' } });
  });

  it('has words for a file without a machine, for whoever asked', () => {
    expect(noMachineProblem('').message).toMatch(/^the file is empty; expected/);
    expect(noMachineProblem('echo hi').message).toMatch(/^no QEMU command line found; expected/);
  });

  it('survives JSON nested deeper than a call stack', () => {
    const vm = machine(`qemu-system-aarch64 -device '${'{"a":['.repeat(100_000)}'`);
    expect(codes(vm)).toContain('bad-json');
  });

  it('never throws, and every range lies inside of the text, in order', () => {
    fc.assert(
      fc.property(shellText, (text) => {
        const file = readLaunchFile(text, 'x');
        if (!file.ok) return;
        const end = indexLines(text).position(text.length);
        const check = ({ start, end: stop }: TextRange): void => {
          expect(
            start.line < stop.line || (start.line === stop.line && start.character <= stop.character),
          ).toBe(true);
          expect(stop.line < end.line || (stop.line === end.line && stop.character <= end.character)).toBe(
            true,
          );
        };
        for (const vm of file.value.machines) {
          check(vm.range);
          vm.problems.forEach(({ range }) => {
            check(range);
          });
          for (const { range, driver, properties } of vm.devices) {
            [
              range,
              driver.range,
              ...properties.flatMap((p) => [p.range, p.key.range, p.value?.range ?? p.range]),
            ].forEach(check);
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
