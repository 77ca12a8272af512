import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionsIn } from '../../../../src/extension/c-sources/definitions.ts';

const FIXTURES = new URL('../../../fixtures/c-sources/', import.meta.url);

/** What stands where a definition is said to be, and the line on which it is said to begin. */
function found(file: string): Record<string, string> {
  const text = readFileSync(new URL(file, FIXTURES), 'utf8');
  const lines = text.split('\n');
  return Object.fromEntries(
    [...definitionsIn(text)].map(([name, { firstLine, line, character }]) => {
      expect(lines[line]?.slice(character, character + name.length)).toBe(name);
      return [name, lines[firstLine] ?? ''];
    }),
  );
}

describe('definitions in C', () => {
  it('are found in the style of QEMU; declarations, comments, strings, labels and initialisers are none', () => {
    expect(found('qemu/hw/vfio/pci.c')).toEqual({
      vfio_intx_mmap_enable: 'static void vfio_intx_mmap_enable(void *opaque)',
      vfio_intx_interrupt: 'static void vfio_intx_interrupt(void *opaque)',
      vfio_pci_intx_eoi: 'void vfio_pci_intx_eoi(VFIODevice *vbasedev)',
      vfio_mmap_set_enabled: 'static void vfio_mmap_set_enabled(VFIOPCIDevice *vdev,',
    });
    const text = readFileSync(new URL('qemu/hw/vfio/pci.c', FIXTURES), 'utf8');
    expect(definitionsIn(text).get('vfio_intx_interrupt')?.line).toBe(15);
  });

  it('are found in the style of the kernel: type on its own line, attributes, both branches of #if', () => {
    expect(found('linux/virt/kvm/eventfd.c')).toMatchObject({
      irqfd_inject: 'static void',
      irqfd_wakeup: 'static int',
      kvm_notify_acked_irq: 'void kvm_notify_acked_irq(struct kvm *kvm, unsigned irqchip, unsigned pin)',
    });
    expect(Object.keys(found('linux/drivers/vfio/pci/vfio_pci_intrs.c'))).toEqual([
      'vfio_intx_handler',
      'vfio_pci_intx_unmask_handler',
      'vfio_msihandler',
    ]);
  });

  it('are found behind a macro that defines them', () => {
    expect(found('linux/arch/x86/kernel/irq.c')).toHaveProperty('common_interrupt');
  });

  it('are found whatever stands before them', () => {
    const before = fc.array(
      fc.constantFrom(
        '/* it',
        '*/',
        '"',
        "'",
        '\\',
        '\n',
        '#if 0\n',
        '{',
        '}',
        'x = {\n',
        'int f(',
        ');',
        '// "\n',
      ),
    );
    fc.assert(
      fc.property(before, (parts) => {
        // Whatever is open is closed by this, but for a function's head, which ends at the semicolon.
        const text = `${parts.join('')}\n*/ \n;;\n);;\nint last(void)\n{\n}\n`;
        const definition = definitionsIn(text).get('last');
        const isHidden = /\/\* it(?!.*\*\/)/s.test(text);
        expect(definition !== undefined || isHidden).toBe(true);
      }),
    );
  });
});
