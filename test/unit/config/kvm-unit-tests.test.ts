import { describe, expect, it } from 'vitest';
import type { TextRange } from '../../../src/base/text-range.ts';
import type { VmDescription } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { unwrap } from '../../support/unwrap.ts';

const TESTS = `##############################################################################
# unittest configuration
##############################################################################

[apic-split]
file = apic.flat
smp = 2
extra_params = -cpu qemu64,+x2apic,+tsc-deadline -machine kernel_irqchip=split
arch = x86_64
groups = apic

[vmexit_cpuid]
file = vmexit.flat
test_args = 'cpuid'

[intel_iommu]
file = intel-iommu.flat
smp = $MAX_SMP
qemu_params = -M q35,kernel-irqchip=split -device intel-iommu,intremap=on,eim=off -device e1000e
accel = tcg

[its-migration]
file = gic.elf
qemu_params = """-machine gic-version=3
  -append 'its-migration' -device virtio-blk-pci"""
arch = arm64
`;

function read(text: string, name = 'x86/unittests.cfg') {
  return unwrap(readLaunchFile(text, name));
}

/** Each property of a machine, key and value; what is not known in angle brackets. */
function settings({ machine, accelerators, smp }: VmDescription): string[] {
  return [...machine, ...accelerators.flat(), ...smp].map(({ key, value }) =>
    value?.known === false ? `${key.text}=<${value.text}>` : `${key.text}=${value?.text ?? ''}`,
  );
}

/** The text that a range of one line covers. */
function at(text: string, { start, end }: TextRange): string {
  return (text.split('\n')[start.line] ?? '').slice(start.character, end.character);
}

describe('unittests.cfg of kvm-unit-tests', () => {
  it('is a fragment for each test that gives QEMU options, with its processor', () => {
    const { format, machines, problems } = read(TESTS);
    expect([format, problems]).toEqual(['kvm-unit-tests', []]);
    expect(machines.map((vm) => [vm.target, vm.binary, settings(vm)])).toEqual([
      ['x86_64', null, ['kernel_irqchip=split', 'cpus=2']],
      [null, null, ['type=q35', 'kernel-irqchip=split', 'accel=tcg', 'cpus=<$MAX_SMP>']],
      ['aarch64', null, ['gic-version=3']],
    ]);
    expect(machines.map(({ devices }) => devices.map(({ driver }) => driver.text))).toEqual([
      [],
      ['intel-iommu', 'e1000e'],
      ['virtio-blk-pci'],
    ]);
  });

  it('gives every option the place where it is written', () => {
    const [split, iommu, its] = read(TESTS).machines;
    expect(split && at(TESTS, split.machine[0]!.range)).toBe('kernel_irqchip=split');
    expect(split && at(TESTS, split.smp[0]!.range)).toBe('2');
    expect(iommu?.devices.map(({ range }) => at(TESTS, range))).toEqual([
      '-device intel-iommu,intremap=on,eim=off',
      '-device e1000e',
    ]);
    expect(its?.devices.map(({ range }) => at(TESTS, range))).toEqual(['-device virtio-blk-pci']);
    expect([split?.range.start.line, split?.range.end.line]).toEqual([4, 9]);
  });

  it('is told from its lines where its name says nothing', () => {
    expect(read(TESTS, '-').format).toBe('kvm-unit-tests');
  });

  it('takes the last value of a key, as the script does', () => {
    const [vm] = read('[a]\nextra_params = -machine pc\nextra_params = -machine q35\n').machines;
    expect(vm && settings(vm)).toEqual(['type=q35']);
  });

  it('warns of a key that nobody reads, and reads on', () => {
    const text = '[a]\nqemu_param = -machine pc\nqemu_params = -machine q35\n';
    const { machines, problems } = read(text);
    expect(machines).toHaveLength(1);
    expect(problems.map(({ code, severity, range }) => [code, severity, at(text, range)])).toEqual([
      ['unknown-key', 'warning', 'qemu_param'],
    ]);
  });

  it('reads an open block to the end of its line', () => {
    const { machines } = read('[a]\nqemu_params = """-machine q35\n[b]\nqemu_params = -machine pc\n');
    expect(machines.map(settings)).toEqual([['type=q35'], ['type=pc']]);
  });
});
