import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../src/base/steps.ts';
import { withReplacements } from '../../../src/base/text-replacement.ts';
import { optionsOfDriver } from '../../../src/catalog/options.ts';
import type { Problem } from '../../../src/config/problem.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { differentProblemsIn, fixesFor, problemsIn } from '../../../src/extension/assist/fixes.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { resolveFile } from '../../../src/resolve/resolve-file.ts';
import { TEST_FACTS } from '../../support/facts.ts';
import { unwrap } from '../../support/unwrap.ts';

const X86 = 'qemu-system-x86_64 -M q35 -accel kvm';
const ARM = 'qemu-system-aarch64 -M virt,gic-version=3 -accel kvm';
const BLK = '-device virtio-blk-pci';

const fileOf = (text: string) => unwrap(readLaunchFile(text, 'vm.sh'));
const problemsOf = (text: string, facts: Facts): Problem[] => problemsIn(resolveFile(fileOf(text), facts));

function withQemu(qemu: string): Facts {
  return { ...TEST_FACTS, host: { ...TEST_FACTS.host, qemu } };
}

/** The files that the fixes of the first problem with that code come to, by title. */
function fixed(text: string, code: string, facts = TEST_FACTS): Record<string, string> {
  const problem = problemsOf(text, facts).find((one) => one.code === code);
  if (!problem) throw new Error(`there is no ${code}: ${JSON.stringify(problemsOf(text, facts))}`);
  const fixes = runToEnd(fixesFor(text, fileOf(text), problem, facts));
  return Object.fromEntries(fixes.map(({ title, edits }) => [title, withReplacements(text, edits)]));
}

describe('a problem that several machines have in one place', () => {
  it('is told once', () => {
    const text = `A="${BLK},ioeventf=off"\n${X86} $A\n${X86} $A\n`;
    const resolved = resolveFile(fileOf(text), TEST_FACTS);
    const told = ['unknown-option'];
    expect(problemsIn(resolved).map(({ code }) => code)).toEqual([...told, ...told]);
    expect(differentProblemsIn(resolved).map(({ code }) => code)).toEqual(told);
  });
});

describe('what can be done about a problem', () => {
  it.each([
    [
      'a misspelt option',
      'unknown-option',
      `${X86} ${BLK},ioeventf=off,vectors=2`,
      {
        'Change to ioeventfd': `${X86} ${BLK},ioeventfd=off,vectors=2`,
        'Remove ioeventf': `${X86} ${BLK},vectors=2`,
      },
    ],
    [
      'a misspelt device',
      'unknown-device',
      `${X86} -device virtio-blk-pcii`,
      { 'Change to virtio-blk-pci': `${X86} -device virtio-blk-pci` },
    ],
    [
      'a misspelt option of the command line',
      'unknown-option',
      `${X86} -devise e1000e`,
      { 'Change to -device': `${X86} -device e1000e` },
    ],
    [
      'a name of the 2014 series',
      'old-spelling',
      `${ARM} -device vfio-platform,host=a,irqfd=false`,
      {
        // Without it KVM's irqfd would be missed silently with a GICv3, so that it is not offered to leave it out.
        'Write x-irqfd=off': `${ARM} -device vfio-platform,host=a,x-irqfd=off`,
      },
    ],
    [
      'a former name that means the opposite',
      'old-spelling',
      `${X86} -device vfio-pci,host=1:0.0,x-mmap=off`,
      {
        'Write x-no-mmap=on': `${X86} -device vfio-pci,host=1:0.0,x-no-mmap=on`,
        'Remove x-mmap': `${X86} -device vfio-pci,host=1:0.0`,
      },
    ],
    [
      'an option without its value',
      'short-form',
      `${X86} -device vfio-pci,host=1:0.0,nox-no-mmap`,
      {
        'Write x-no-mmap=off': `${X86} -device vfio-pci,host=1:0.0,x-no-mmap=off`,
        'Remove nox-no-mmap': `${X86} -device vfio-pci,host=1:0.0`,
      },
    ],
    [
      'a value that is none',
      'invalid-value',
      `${X86} ${BLK},\\\nioeventfd=maybe\\\n,vectors=2`,
      {
        'Set ioeventfd=on': `${X86} ${BLK},\\\nioeventfd=on\\\n,vectors=2`,
        'Set ioeventfd=off': `${X86} ${BLK},\\\nioeventfd=off\\\n,vectors=2`,
        'Remove ioeventfd': `${X86} ${BLK}\\\n,vectors=2`,
      },
    ],
    [
      'text in JSON where a boolean belongs',
      'invalid-value',
      `${X86} -device '{"driver": "virtio-blk-pci", "ioeventfd": 3}'`,
      {
        'Set ioeventfd=on': `${X86} -device '{"driver": "virtio-blk-pci", "ioeventfd": true}'`,
        'Set ioeventfd=off': `${X86} -device '{"driver": "virtio-blk-pci", "ioeventfd": false}'`,
        'Remove ioeventfd': `${X86} -device '{"driver": "virtio-blk-pci"}'`,
      },
    ],
    [
      'an option of a later release',
      'option-not-in-release',
      `${X86} ${BLK},packed=on`,
      { 'Remove packed': `${X86} ${BLK}` },
      withQemu('4.1'),
    ],
    [
      'an id that nothing has',
      'unknown-id',
      `${X86} -object iothread,id=io0 ${BLK},iothread=io1`,
      {
        'Change to iothread=io0': `${X86} -object iothread,id=io0 ${BLK},iothread=io0`,
        'Remove iothread': `${X86} -object iothread,id=io0 ${BLK}`,
      },
    ],
    [
      'a value of the machine',
      'invalid-value',
      'qemu-system-x86_64 -M q35,kernel-irqchip=splt -device e1000e',
      {
        'Set kernel-irqchip=on': 'qemu-system-x86_64 -M q35,kernel-irqchip=on -device e1000e',
        'Set kernel-irqchip=split': 'qemu-system-x86_64 -M q35,kernel-irqchip=split -device e1000e',
        'Remove kernel-irqchip': 'qemu-system-x86_64 -M q35 -device e1000e',
      },
    ],
    [
      'an option that does nothing on this path',
      'option-without-effect',
      'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm -device vfio-platform,host=a,mmap-timeout-ms=7',
      {
        'Remove mmap-timeout-ms':
          'qemu-system-aarch64 -M virt,gic-version=2,accel=kvm -device vfio-platform,host=a',
      },
    ],
    [
      'a list cut in two by a blank',
      'split-list',
      `${X86} ${BLK}, ioeventfd=off`,
      { 'Remove the blanks before it': `${X86} ${BLK},ioeventfd=off` },
    ],
    [
      'a variable that the shell replaces too early',
      'replaced-too-early',
      `cat > vm.sh <<EOF\nN=nvme\n${X86} -device $N\nEOF\n`,
      { 'Write \\$N': `cat > vm.sh <<EOF\nN=nvme\n${X86} -device \\$N\nEOF\n` },
    ],
  ] as const)('%s', (_, code, text, expected, facts: Facts = TEST_FACTS) => {
    expect(fixed(text, code, facts)).toEqual(expected);
  });

  it('an irqfd that is silently not used: another GIC has it', () => {
    const text = `${ARM} -device vfio-platform,host=a`;
    expect(fixed(text, 'irqfd-silently-unavailable')).toMatchObject({
      'Set gic-version=2': text.replace('gic-version=3', 'gic-version=2'),
    });
  });

  it('memory that vhost-user cannot share', () => {
    const text =
      'qemu-system-x86_64 -M q35,accel=kvm,memory-backend=m -object memory-backend-file,id=m,size=1G,mem-path=/m ' +
      '-chardev socket,id=c,path=/s -netdev vhost-user,id=n,chardev=c -device virtio-net-pci,netdev=n';
    expect(fixed(text, 'memory-not-shared')).toEqual({
      'Add share=on to m': text.replace('mem-path=/m', 'mem-path=/m,share=on'),
    });
  });
});

describe('a fix, whatever is wrong', () => {
  const drivers = ['virtio-blk-pci', 'virtio-net-pci', 'vfio-pci', 'nvme', 'vfio-platform', 'qemu-xhci'];
  const properties = fc.array(
    fc.record({
      name: fc.oneof(
        fc.constantFrom(
          ...new Set(drivers.flatMap((driver) => optionsOfDriver(driver).map(({ name }) => name))),
        ),
        fc.constantFrom('ioeventf', 'x-mmap', 'irqfd', 'nonsense', 'x-no-kvm-intxx'),
      ),
      value: fc.constantFrom('=on', '=off', '=yes', '=7', '=-1', '=auto', '=', '', '=a'),
    }),
    { maxLength: 4 },
  );
  const launchFile = fc
    .record({
      head: fc.constantFrom(X86, ARM, 'qemu-system-x86_64 -M q35,kernel-irqchip=split,accel=kvm'),
      driver: fc.constantFrom(...drivers, 'virtio-blk-pcy'),
      properties,
      isContinued: fc.boolean(),
    })
    .map(
      ({ head, driver, properties: list, isContinued }) =>
        `${head} -device ${[driver, ...list.map(({ name, value }) => name + value)].join(isContinued ? ',\\\n' : ',')}\n`,
    );

  it('takes its problem away, brings no other one, and leaves the rest of the file as it is', () => {
    let seen = 0;
    fc.assert(
      fc.property(launchFile, fc.constantFrom('4.1', '7.2', '10.1'), (text, qemu) => {
        const facts = withQemu(qemu);
        const before = problemsOf(text, facts);
        for (const problem of before) {
          for (const { edits } of runToEnd(fixesFor(text, fileOf(text), problem, facts))) {
            seen += 1;
            const edited = withReplacements(text, edits);
            const after = problemsOf(edited, facts);
            const same = (one: Problem): boolean =>
              one.code === problem.code && one.message === problem.message;
            expect(after.filter(same).length).toBeLessThan(before.filter(same).length);
            const errors = (problems: readonly Problem[]): number =>
              problems.filter(({ severity }) => severity === 'error').length;
            expect(errors(after)).toBeLessThanOrEqual(errors(before));
            expect(edited.startsWith(text.slice(0, 18))).toBe(true);
          }
        }
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(seen).toBeGreaterThan(60);
  });

  it('is there for every option that is misspelt by a letter', () => {
    for (const { name, introduced, removed } of optionsOfDriver('virtio-blk-pci')) {
      if (introduced === null || removed !== null) continue;
      const text = `${X86} ${BLK},${name}x=1\n`;
      expect(Object.keys(fixed(text, 'unknown-option'))).toContain(`Remove ${name}x`);
    }
  });
});
