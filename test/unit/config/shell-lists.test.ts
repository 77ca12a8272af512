import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { unwrap } from '../../support/unwrap.ts';

function machines(text: string): readonly VmDescription[] {
  return unwrap(readLaunchFile(text, 'vm.sh')).machines;
}

function machine(text: string): VmDescription {
  const [only, ...others] = machines(text);
  if (only === undefined || others.length > 0) throw new Error(`expected one machine in ${text}`);
  return only;
}

/** Each option with its value; what is not known in angle brackets. */
function options({ options: found, unknownArguments }: VmDescription): string[] {
  const shown = ({ text, known }: { text: string; known: boolean }): string => (known ? text : `<${text}>`);
  return [
    ...found.map(({ name, value }) => [name, ...(value === null ? [] : [value])].map(shown).join(' ')),
    ...unknownArguments.map(shown),
  ];
}

/** The text that a range of one line covers. */
function at(text: string, { start, end }: TextRange): string {
  return (text.split('\n')[start.line] ?? '').slice(start.character, end.character);
}

describe('options that a script collects in an array', () => {
  const SCRIPT = `#!/bin/bash
ARGS=(
  -M q35            # the machine
  -m "2G"
)
ARGS+=(-device vfio-pci,host=0000:01:00.0)
exec qemu-system-x86_64 "\${ARGS[@]}" -nographic
`;

  it('are options of the command that names it, each where it is written', () => {
    const vm = machine(SCRIPT);
    expect(options(vm)).toEqual(['M q35', 'm 2G', 'device vfio-pci,host=0000:01:00.0', 'nographic']);
    expect(vm.devices.map(({ range }) => at(SCRIPT, range))).toEqual(['-device vfio-pci,host=0000:01:00.0']);
    expect(vm.problems).toEqual([]);
  });

  it.each([
    ['A=(-M virt)\nB=("${A[@]}" -m 1G)\nqemu-system-aarch64 "${B[@]}"\n', ['M virt', 'm 1G']],
    ['declare -a A=(-M virt)\nqemu-system-aarch64 ${A[*]}\n', ['M virt']],
    ['A=(-M virt)\nqemu-system-aarch64 ${A[@]+"${A[@]}"}\n', ['M virt']],
    ['A=(-M virt)\nA=(-m 1G)\nqemu-system-aarch64 "${A[@]}"\n', ['m 1G']],
    ['A=()\nA+=(-M virt)\nqemu-system-aarch64 "${A[@]}"\n', ['M virt']],
    ['run() {\n  local A=(-M virt)\n  A+=(-m 1G)\n  qemu-system-aarch64 "${A[@]}"\n}\n', ['M virt', 'm 1G']],
    [
      'f() { local A=(-M virt); qemu-system-aarch64 "${A[@]}"; }\ng() { local A=(-S); echo "${A[@]}"; }\n',
      ['M virt'],
    ],
  ])('are followed through %j', (script, expected) => {
    expect(options(machine(script))).toEqual(expected);
  });

  it.each([
    ['A=(-M virt)\n. ./more.sh\nqemu-system-aarch64 "${A[@]}"\n', ['M virt', '<${A[@]}>']],
    ['A=(-M virt)\nread -a A\nqemu-system-aarch64 "${A[@]}"\n', ['M virt', '<${A[@]}>']],
    ['A=(-M virt)\nA[1]=pc\nqemu-system-aarch64 "${A[@]}"\n', ['M virt', '<${A[@]}>']],
    ['A=(-M virt "${MORE[@]}")\nqemu-system-aarch64 "${A[@]}"\n', ['M virt', '<${MORE[@]}>']],
    ['qemu-system-aarch64 -M virt "${A[@]}"\n', ['M virt', '<${A[@]}>']],
  ])('say so where the rest is not known: %j', (script, expected) => {
    expect(options(machine(script))).toEqual(expected);
  });
});

describe('options that a script adds in a branch or loop', () => {
  it.each([
    'if [ -n "$NIC" ]; then\n  ARGS+=(-device e1000)\nfi\n',
    '[ -n "$NIC" ] && ARGS+=(-device e1000)\n',
    'for nic in a b; do ARGS+=(-device e1000); done\n',
    'case $NIC in\n  yes) ARGS+=(-device e1000) ;;\nesac\n',
    'while read -r nic; do\n  ARGS+=(-device e1000)\ndone < nics\n',
  ])('are there, and said not to be certain: %j', (branch) => {
    const text = `ARGS=(-M q35)\n${branch}qemu-system-x86_64 "\${ARGS[@]}"\n`;
    const vm = machine(text);
    expect(options(vm)).toEqual(['M q35', 'device e1000']);
    expect(vm.problems.map(({ code, range }) => [code, at(text, range)])).toEqual([
      ['conditional-options', 'ARGS+=(-device e1000)'],
    ]);
  });

  it('keep the variable of the loop unknown', () => {
    const vm = machine(
      'for d in 01:00.0 02:00.0; do\n  A+=(-device "vfio-pci,host=$d")\ndone\nqemu-system-x86_64 "${A[@]}"\n',
    );
    expect(vm.devices[0]?.properties[0]?.value).toMatchObject({ text: '$d', known: false });
  });

  it('do not decide about the machine', () => {
    const vm = machine(
      'A=(-M q35)\nif x; then A+=(-enable-kvm -M pc,kernel-irqchip=split); fi\nqemu-system-x86_64 "${A[@]}"\n',
    );
    expect(options(vm)).toEqual(['M q35', 'accel <kvm>', 'M <pc,kernel-irqchip=split>']);
    expect(vm.accelerators[0]?.[0]?.value?.known).toBe(false);
    expect(vm.machine.map(({ key, value }) => [key.text, value?.known])).toEqual([
      ['type', true],
      ['type', false],
      ['kernel-irqchip', false],
    ]);
  });

  it.each([
    'OPTS="-M q35"\nif x; then OPTS="$OPTS -device e1000"; fi\n',
    'OPTS="-M q35"\nif x; then OPTS="${OPTS} -device e1000"; fi\n',
    'OPTS="-M q35"\nx && OPTS+=" -device e1000"\n',
  ])('may stand in a string: %j', (script) => {
    const vm = machine(`${script}qemu-system-x86_64 $OPTS\n`);
    expect(options(vm)).toEqual(['M q35', 'device e1000']);
    expect(vm.problems.map(({ code }) => code)).toEqual(['conditional-options']);
  });

  it('are all shown where branches choose between them', () => {
    const vm = machine(
      'if x; then NET="-device virtio-net-pci"; else NET="-device e1000"; fi\nqemu-system-x86_64 -M q35 $NET\n',
    );
    expect(options(vm)).toEqual(['M q35', 'device virtio-net-pci', 'device e1000']);
    expect(vm.problems).toHaveLength(2);
  });

  it('are left unknown where a branch sets something else', () => {
    const vm = machine('if x; then NET="-device e1000"; else NET=$1; fi\nqemu-system-x86_64 -M q35 $NET\n');
    expect(options(vm)).toEqual(['M q35', 'device e1000', '<$NET>']);
  });
});

describe('a list that no command of the script names', () => {
  it('is a fragment of a command line', () => {
    const vm = machine('EXTRA=(\n  -machine virt\n  -device vfio-platform,host=x\n)\n');
    expect([vm.binary, options(vm)]).toEqual([null, ['machine virt', 'device vfio-platform,host=x']]);
  });

  it('is none if it holds no device and no machine', () => {
    expect(machines('SORT=(-M -u)\nqemu=1\n')).toEqual([]);
  });
});

describe('lists that hold each other', () => {
  it('stay in bounds', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `A${i + 1}=("\${A${i}[@]}" "\${A${i}[@]}")\n`);
    const vm = machine(`A0=(-device e1000)\n${doubling.join('')}qemu-system-x86_64 "\${A60[@]}"\n`);
    expect(vm.unknownArguments.length).toBeGreaterThan(0);
    expect(vm.devices.length).toBeLessThan(10_000);
  });
});
