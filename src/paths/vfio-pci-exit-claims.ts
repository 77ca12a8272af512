import type { Binding, Claim } from './alphabet.ts';

/** Roles of an e1000's registers, by offset in BAR 0; what only other code of the driver touches is `other`. */
const ROLES: Readonly<Record<number, string>> = { 0xc0: 'ICR', 0xd8: 'IMC', 0xd0: 'IMS', 0x08: 'STATUS' };
const BAR_MASK = ~0x1ffff >>> 0;
const APIC_PAGE = 0xfee0_0000;

/** What SVM and VMX call the same. */
const EXITS: Readonly<Record<string, string>> = {
  EXTERNAL_INTERRUPT: 'interrupt',
  INTERRUPT_WINDOW: 'vintr',
  HLT: 'hlt',
  MSR_READ: 'msr',
  MSR_WRITE: 'msr',
  EPT_VIOLATION: 'npf',
  EPT_MISCONFIG: 'npf',
};
const KNOWN_EXITS = new Set(Object.values(EXITS));

/** `kvm:kvm_exit npf` and the like, whoever made the processor; `other` is every reason that the device has nothing to do with. */
function exitEvent(args: string): string {
  const given = /reason (\w+)/.exec(args)?.[1] ?? '';
  const name = EXITS[given] ?? given;
  return `kvm:kvm_exit ${KNOWN_EXITS.has(name) ? name : 'other'}`;
}

/** An access of the device or of the word of the local APIC that tells level-triggered interrupts from others. */
function mmioEvent(args: string, { pages, vectors }: Binding): string | null {
  const [, kind = ''] = args.split(' ');
  const gpa = Number.parseInt(/gpa 0x([0-9a-f]+)/.exec(args)?.[1] ?? '', 16);
  const tmr = APIC_PAGE + 0x180 + 0x10 * ((vectors?.[0] ?? 0) >> 5);
  if (gpa === tmr) return `kvm:kvm_mmio ${kind} TMR`;
  const bar = (gpa & BAR_MASK) >>> 0;
  return pages.includes(bar) ? `kvm:kvm_mmio ${kind} ${ROLES[gpa - bar] ?? 'other'}` : null;
}

function injectedEvent(args: string, { vectors }: Binding): string | null {
  const vector = Number.parseInt(/IRQ 0x([0-9a-f]+)/.exec(args)?.[1] ?? '', 16);
  const again = args.includes('[reinjected]');
  if (vectors?.includes(vector) === true) return `kvm:kvm_inj_virq${again ? ' again' : ''}`;
  return again ? null : 'kvm:kvm_inj_virq other';
}

/** What a vCPU thread goes through. */
export const VCPU_EXITS: Readonly<Record<string, Claim>> = {
  // KVM asks for an exit at once for reasons of its own as well.
  'kvm:kvm_entry': { event: () => 'kvm:kvm_entry' },
  'kvm:kvm_exit': { event: exitEvent },
  'kvm:kvm_inj_virq': { event: injectedEvent },
  'kvm:kvm_vcpu_wakeup': { event: () => 'kvm:kvm_vcpu_wakeup' },
  'function:kvm_emulate_halt': {},
  'function:kvm_vcpu_halt': {},
  'kvm:kvm_userspace_exit': {
    event: (args) => `kvm:kvm_userspace_exit ${/reason (\w+)/.exec(args)?.[1] ?? ''}`,
  },
  'kvm:kvm_mmio': { event: mmioEvent },
};
