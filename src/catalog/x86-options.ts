import type { OptionDoc, Source } from './option-doc.ts';

const IOMMUS = ['intel-iommu', 'amd-iommu'];

/** Options of x86 processors, IOMMUs and the IOAPIC that change how interrupts are delivered or ended. */
export const X86_OPTIONS: readonly OptionDoc[] = [
  {
    name: 'x2apic',
    owner: 'cpu',
    of: ['x86 CPU models'],
    title: 'Offer the x2APIC mode of the local APIC to the guest',
    type: { kind: 'boolean' },
    defaults: [{ since: '1.5', value: 'on', condition: 'with KVM' }],
    spellings: [],
    introduced: '1.5',
    removed: null,
    effect:
      'on: Linux ends interrupts by a write to an MSR; without APICv that is an MSR_WRITE exit. off: by a write to ' +
      'the page of the local APIC, an APIC_ACCESS exit.',
    sources: [
      read('Linux arch/x86/kvm/lapic.c kvm_x2apic_msr_write'),
      read('trace X4a'),
      memory('the release of its introduction'),
    ],
  },
  {
    name: 'kvm-pv-eoi',
    owner: 'cpu',
    of: ['x86 CPU models'],
    title: 'Let the guest end interrupts without an exit through a flag in its memory',
    type: { kind: 'boolean' },
    defaults: [{ since: '1.2', value: 'on', condition: 'with KVM' }],
    spellings: [
      {
        name: 'kvm_pv_eoi',
        kind: 'synonym',
        inverted: false,
        history: 'the underscore is the older spelling, and QEMU still takes it',
      },
    ],
    introduced: '1.2',
    removed: null,
    effect:
      'Only for edge-triggered vectors, MSI and MSI-X among them, and only while no other interrupt waits: the exit at ' +
      'the end of interrupt is gone. KVM never offers it for the vector of a level-triggered line, so INTx keeps its exit.',
    sources: [
      read('Linux arch/x86/kvm/lapic.c apic_sync_pv_eoi_to_guest'),
      read('traces X1 and X4e'),
      memory('the release of its introduction'),
    ],
  },
  {
    name: 'intremap',
    owner: 'device',
    of: IOMMUS,
    title: 'Interrupt remapping by the IOMMU of the guest',
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [
      { since: '2.7', value: 'off' },
      {
        since: '4.0',
        value: 'auto',
        condition: 'off with kernel-irqchip=on, on with split or off',
      },
    ],
    spellings: [],
    introduced: '2.7',
    removed: null,
    effect:
      'Needs kernel-irqchip=split or off; with on QEMU refuses it. A guest that uses it, and whose local APIC leaves ' +
      'the broadcast of the end of interrupt out, ends a level interrupt by a write to the EOI register of the IOAPIC ' +
      'in QEMU.',
    sources: [
      read('QEMU hw/i386/x86-iommu.c x86_iommu_realize'),
      memory('the releases of its introduction and of the change of the default'),
    ],
  },
  {
    name: 'version',
    owner: 'device',
    of: ['ioapic'],
    title: 'Version of the IOAPIC that QEMU emulates',
    type: { kind: 'integer', minimum: 0x11, maximum: 0x20, unit: '' },
    defaults: [{ since: '2.7', value: '0x20' }],
    spellings: [],
    introduced: '2.7',
    removed: null,
    effect:
      'By -global ioapic.version=…; the IOAPIC in KVM is always 0x11. 0x20 has an EOI register, which a guest with ' +
      'directed end of interrupt writes; 0x11 has none.',
    sources: [
      read('QEMU hw/intc/ioapic.c ioapic_mem_write'),
      memory('the release of its introduction and of the default'),
    ],
  },
];

function read(where: string): Source {
  return { where, verified: true };
}

function memory(where: string): Source {
  return { where, verified: false };
}
