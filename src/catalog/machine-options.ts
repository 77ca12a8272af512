import type { OptionDoc, Source } from './option-doc.ts';

/** Options of the machine and of the accelerator that decide how interrupts reach the guest. */
export const MACHINE_OPTIONS: readonly OptionDoc[] = [
  {
    name: 'accel',
    owner: 'machine',
    of: ['all'],
    title: 'What runs the guest: KVM, or TCG in software',
    type: { kind: 'text', meaning: 'kvm, tcg, … or several joined by a colon, tried in order' },
    defaults: [{ since: '0.15', value: 'tcg', condition: 'kvm if the name of the program ends in kvm' }],
    spellings: [
      {
        name: 'enable-kvm',
        kind: 'synonym',
        inverted: false,
        history: '-enable-kvm is short for -accel kvm',
      },
    ],
    introduced: '0.15',
    removed: null,
    effect:
      'Only with KVM are there irqfds, an interrupt controller in the kernel, and exits. Paths without KVM are ' +
      'not modelled here.',
    sources: [read('QEMU system/vl.c configure_accelerators'), memory('the release of its introduction')],
  },
  {
    name: 'kernel-irqchip',
    owner: 'accelerator',
    of: ['kvm'],
    title: 'Where the interrupt controller of the guest is emulated',
    type: { kind: 'choice', values: ['on', 'off', 'split'] },
    defaults: [
      {
        since: '1.1',
        value: 'on',
        condition: 'split for microvm, for pc-q35-4.0 (the q35 of QEMU 4.0 alone) and for TDX guests',
      },
    ],
    spellings: [
      {
        name: 'kernel_irqchip',
        kind: 'synonym',
        inverted: false,
        history: '-machine kernel_irqchip= is the older way to say -accel kvm,kernel-irqchip=',
      },
    ],
    introduced: '1.1',
    removed: null,
    effect:
      'on: in KVM. off: in QEMU; no irqfd can be set up, and every access of the guest to the controller leaves ' +
      'to QEMU; on x86 QEMU 8.0 and later refuse it for processors with a local APIC. split: local APICs in KVM, ' +
      'PIC and IOAPIC in QEMU, since QEMU 2.6; x86 only, QEMU on Arm refuses it. With split KVM injects lines ' +
      'without a kworker, and their end of interrupt leaves to QEMU.',
    sources: [
      read('QEMU accel/kvm/kvm-all.c kvm_set_kernel_irqchip'),
      read('QEMU target/arm/kvm.c kvm_arch_irqchip_create'),
      read('QEMU hw/i386/pc_q35.c pc_q35_4_0_machine_options, commit c87759ce87'),
      read('QEMU hw/i386/microvm.c microvm_class_init'),
      read('QEMU target/i386/kvm/tdx.c tdx_kvm_init'),
      read('QEMU commit eaaaf8abdc'),
      read('traces X5-off and X5-split'),
      memory('the release of its introduction'),
    ],
  },
  {
    name: 'gic-version',
    owner: 'machine',
    of: ['virt'],
    title: "Version of the guest's Generic Interrupt Controller",
    type: { kind: 'choice', values: ['2', '3', '4', 'host', 'max'] },
    defaults: [
      { since: '2.4', value: '2' },
      {
        since: '5.0',
        value: null,
        condition: '2 if the host emulates it and there are at most 8 vCPUs, else 3',
      },
    ],
    spellings: [],
    introduced: '2.4',
    removed: null,
    effect:
      '2: QEMU knows the GSI of every interrupt line, so VFIO platform devices can use irqfd. 3 and 4: it does ' +
      'not, and they silently take the userspace path. host is the newest version that the host emulates, and ' +
      'so is max with KVM.',
    sources: [
      read('QEMU hw/arm/virt.c finalize_gic_version'),
      read('QEMU hw/intc/arm_gic_kvm.c kvm_arm_gic_realize, the only caller of kvm_irqchip_set_qemuirq_gsi'),
      read('trace P4'),
      memory('the releases of its introduction and of the change of the default'),
    ],
  },
  {
    name: 'its',
    owner: 'machine',
    of: ['virt'],
    title: 'Give a guest with a GICv3 or later an Interrupt Translation Service',
    type: { kind: 'choice', values: ['on', 'off', 'auto'] },
    defaults: [{ since: '2.8', value: 'on' }],
    spellings: [],
    introduced: '2.8',
    removed: null,
    effect:
      'off: a guest with a GICv3 has no MSI controller, so PCI devices offer no MSI, and the guest uses INTx. A guest ' +
      'with a GICv2 has a GICv2m in any case.',
    sources: [
      read('QEMU hw/arm/virt.c create_gic'),
      memory('the release of its introduction, and the values of later releases'),
    ],
  },
];

function read(where: string): Source {
  return { where, verified: true };
}

function memory(where: string): Source {
  return { where, verified: false };
}
