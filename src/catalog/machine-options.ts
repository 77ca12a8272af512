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
    defaults: [{ since: '1.1', value: 'on', condition: 'on Arm; x86 machines choose by their version' }],
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
      'to QEMU. split: local APICs in KVM, the rest in QEMU; x86 only, QEMU on Arm refuses it.',
    sources: [
      read('QEMU accel/kvm/kvm-all.c kvm_set_kernel_irqchip'),
      read('QEMU target/arm/kvm.c kvm_arch_irqchip_create'),
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
];

function read(where: string): Source {
  return { where, verified: true };
}

function memory(where: string): Source {
  return { where, verified: false };
}
