import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../../src/catalog/options.ts';
import type { LaunchFile } from '../../../src/config/launch-file.ts';
import { readLaunchFile } from '../../../src/config/read-launch-file.ts';
import { optionAt } from '../../../src/extension/hover/option-at.ts';
import { escapeMarkdown, optionMarkdown } from '../../../src/extension/hover/option-text.ts';

function read(text: string): LaunchFile {
  const file = readLaunchFile(text, 'test.sh');
  if (!file.ok) throw new Error(file.error.message);
  return file.value;
}

/** What stands at the `^` of the second line, below the first. */
function nameAt(line: string, marker: string): string | undefined {
  return optionAt(read(line), { line: 0, character: marker.indexOf('^') })?.option.name;
}

describe('the option under the pointer', () => {
  const line =
    'qemu-system-aarch64 -M virt,gic-version=2 -device vfio-platform,host=a,irqfd=off -device e1000,host=b';

  it('is found on its name and on its value, under the name of its day', () => {
    expect(nameAt(line, line.replace(/irqfd/, '^'))).toBe('x-irqfd');
    expect(nameAt(line, line.replace(/off/, '^'))).toBe('x-irqfd');
    expect(nameAt(line, line.replace(/gic-version/, '^'))).toBe('gic-version');
  });

  it('is found for assigned PCI devices, processors and -global, each with its own meaning', () => {
    const x86 =
      'qemu-system-x86_64 -M q35,accel=kvm -cpu host,-x2apic,kvm_pv_eoi=on -global ioapic.version=0x11 ' +
      '-device intel-iommu,intremap=on -device vfio-pci,host=b,x-no-mmap=on,x-no-kvm-intx=off';
    const optionOn = (word: string) => optionAt(read(x86), { line: 0, character: x86.indexOf(word) })?.option;
    expect(optionOn('x2apic')).toMatchObject({ name: 'x2apic', owner: 'cpu' });
    expect(optionOn('kvm_pv_eoi')?.name).toBe('kvm-pv-eoi');
    expect(optionOn('version=0x11')).toMatchObject({ name: 'version', of: ['ioapic'] });
    expect(optionOn('intremap')?.name).toBe('intremap');
    expect(optionOn('x-no-kvm-intx')?.name).toBe('x-no-kvm-intx');
    expect(optionOn('x-no-mmap')?.title).toContain('BARs');
    expect(nameAt(line.replace('irqfd=off', 'x-no-mmap=on'), line.replace(/irqfd/, '^'))).toBe('x-no-mmap');
  });

  it('is found where a variable, or the script around a here-document, holds it', () => {
    const nameIn = (text: string): string | undefined =>
      optionAt(read(text), { line: 0, character: text.indexOf('x-no-mmap') })?.option.name;
    const device = '-device vfio-pci,host=b,x-no-mmap=on';
    expect(nameIn(`A=(${device})\nqemu-system-x86_64 "\${A[@]}"\n`)).toBe('x-no-mmap');
    expect(nameIn(`A="${device}"\ncat > vm.sh <<EOF\nqemu-system-x86_64 $A\nEOF\n`)).toBe('x-no-mmap');
    expect(nameIn(`echo ${device}; qemu-system-x86_64 -device e1000\n`)).toBeUndefined();
  });

  it('is none where another device has a property of that name, or where no QEMU is', () => {
    expect(nameAt(line, line.replace(/host=b/, '^'))).toBeUndefined();
    const comment = '# -device vfio-platform,x-irqfd=off';
    expect(nameAt(comment, comment.replace(/x-irqfd/, '^'))).toBeUndefined();
  });
});

describe('the help on an option', () => {
  it('has title, effect and every source of each documented option', () => {
    for (const option of OPTIONS) {
      const text = optionMarkdown(option, undefined, '10.1').replaceAll('\\', '');
      expect(text).toContain(option.name);
      expect(text).toContain(option.title);
      expect(text).toContain(option.effect);
      for (const { where } of option.sources) expect(text).toContain(where);
    }
  });

  it('gives the default of the assumed release', () => {
    const [first] = OPTIONS;
    if (!first) throw new Error('there are no options');
    const option = {
      ...first,
      defaults: [
        { since: '2.4', value: 'off' },
        { since: '9.0', value: 'on' },
      ],
    };
    expect(optionMarkdown(option, undefined, '8.2')).toContain('default `off` since QEMU 2.4');
    expect(optionMarkdown(option, undefined, '10.1')).toContain('default `on` since QEMU 9.0');
  });

  it('lets no text be read as Markdown', () => {
    expect(escapeMarkdown('a_b *c* [d](e) <f>')).toBe('a\\_b \\*c\\* \\[d\\]\\(e\\) \\<f\\>');
  });
});
