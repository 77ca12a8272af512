import { likeNullCall } from './profile.ts';
import type { CostParameter, CostProfile, Trust } from './profile.ts';
import { XEON_NO_APICV } from './xeon-no-apicv.ts';

const VMEXIT = 'kvm-unit-tests vmexit in Linux b7ffc44d5b2e (2017, processor not stated)';
const NEVE = 'Lim et al., NEVE, SOSP 2017, Table 1 (x86 VM)';
const SHINJUKU = 'Kaffes et al., Shinjuku, NSDI 2019 (IPI by posted interrupt)';
const LMBENCH = 'chazy/kvmperf results/asplos-v3.10 lmbench, x86 "air" (i7) native';

function cycles(value: number, trust: Trust, source: string): CostParameter {
  return { value, unit: 'cycles', trust, source };
}

const NULL_EXIT = cycles(1181 / 2, 'S', `half of vmcall (1,181 cycles), ${VMEXIT}; the even split is ours`);
const USER_EXIT = cycles(
  (6209 - 2339) / 2,
  'S',
  `half of inl_from_qemu minus inl_from_kernel (6,209 and 2,339 cycles), ${VMEXIT}`,
);
const SYSCALL: CostParameter = {
  value: 0.055,
  unit: 'us',
  trust: 'S',
  source: `${LMBENCH}: null system call (0.05 to 0.06 us)`,
};

/** What the kernel's, QEMU's and the guest's code takes is assumed for one x86 server as for the other. */
const ASSUMED = Object.fromEntries(
  Object.entries(XEON_NO_APICV.parameters).filter(([, { trust }]) => trust === 'A'),
);

/**
 * Intel server with APICv and VT-d posted interrupts. Nobody has published these numbers of one machine: exits are of one
 * processor, wake-ups of another; cycles are converted by an assumed clock, so that every one of them is an assumption.
 */
export const INTEL_APICV: CostProfile = {
  name: 'intel-apicv',
  title: 'Intel server with APICv and posted interrupts (of several published machines)',
  architecture: 'x86',
  clock: { ghz: 3, trust: 'A', source: 'assumption: 3.0 GHz, the processor of kvm-unit-tests is not stated' },
  parameters: {
    ...ASSUMED,
    hardirqEntry: {
      value: 316,
      unit: 'ns',
      trust: 'A',
      source:
        'assumption: an exit for a physical interrupt and back takes 0.71 us (Linux 0c5f81dad46c, Skylake, S), less the null exit of this profile at its assumed clock',
    },
    eventfdRead: likeNullCall(SYSCALL, 'the read of an eventfd'),
    syscall: SYSCALL,
    irqLineIoctl: likeNullCall(SYSCALL, 'KVM_IRQ_LINE, without the injection'),
    threadWake: {
      value: 0.49,
      unit: 'us',
      trust: 'S',
      source: `${LMBENCH}: half a pipe round trip (5.38 us) less one context switch`,
    },
    contextSwitch: { value: 2.2, unit: 'us', trust: 'S', source: `${LMBENCH}: 2 processes, 0 kB` },
    haltWake: {
      value: 7,
      unit: 'us',
      trust: 'S',
      source: 'Linux aca6ff29c406: TCP_RR 34 us without and 27 us with halt polling',
    },
    vmEntry: NULL_EXIT,
    vmExit: NULL_EXIT,
    userspaceExit: USER_EXIT,
    kvmRunEntry: USER_EXIT,
    mmioDecode: cycles(
      2339 - 1181 + 1847,
      'S',
      `inl_from_kernel minus vmcall (2,339 and 1,181 cycles), ${VMEXIT}, plus decoding MMIO instead of PIO (1,847, QEMU 22773d6066a7)`,
    ),
    portIo: cycles(
      2339 - 1181,
      'S',
      `inl_from_kernel minus vmcall (2,339 and 1,181 cycles), ${VMEXIT}; that is a port served in KVM`,
    ),
    apicRegister: cycles(
      1556 - 1300,
      'Q',
      'Virtual IRQ completion minus hypercall (1,556 and 1,300 cycles), Dall et al., ISCA 2016, Table II, on a Xeon without APICv',
    ),
    ipi: cycles(298, 'M', `sender (298 cycles), ${SHINJUKU}`),
    postedProcessing: cycles(
      1993 - 298 - 900,
      'M',
      `end to end minus sender (1,993 and 298 cycles), ${SHINJUKU}, less the guest's interrupt entry of this profile`,
    ),
    guestApicAccess: cycles(316, 'M', `virtual EOI with APICv (316 cycles), ${NEVE}`),
  },
};
