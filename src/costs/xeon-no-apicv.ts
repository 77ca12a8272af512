import { likeNullCall } from './profile.ts';
import type { CostParameter, CostProfile, Trust } from './profile.ts';

const ISCA16 = 'Dall et al., ISCA 2016, Table II (Xeon E5-2450)';
const ATC17 = 'Dall et al., USENIX ATC 2017, Table 2 (Xeon E5-2450)';
const LMBENCH = 'chazy/kvmperf results/asplos-v3.10 lmbench, x86 server native';

function cycles(value: number, trust: Trust, source: string): CostParameter {
  return { value, unit: 'cycles', trust, source };
}

function assumed(ns: number, why: string): CostParameter {
  return { value: ns, unit: 'ns', trust: 'A', source: `assumption: ${why}` };
}

const NULL_EXIT = cycles(
  1300 / 2,
  'Q',
  `half of the hypercall round trip of 1,300 cycles, ${ISCA16}; the even split is ours`,
);
const USER_EXIT = cycles(
  (6732 - 2565) / 2,
  'Q',
  `half of I/O User minus I/O Kernel (6,732 and 2,565 cycles), ${ATC17}`,
);
const SYSCALL: CostParameter = {
  value: 0.04,
  unit: 'us',
  trust: 'S',
  source: `${LMBENCH}: null system call`,
};

/** Sandy Bridge-EN server: VMX without APICv, so every access of a guest to its local APIC exits. */
export const XEON_NO_APICV: CostProfile = {
  name: 'xeon-no-apicv',
  title: 'Xeon E5-2450 (Sandy Bridge-EN), VMX without APICv',
  architecture: 'x86',
  clock: { ghz: 2.1, trust: 'S', source: 'Linaro, "On the Performance of ARM Virtualization": 2.1 GHz' },
  parameters: {
    hardirqEntry: assumed(500, 'interrupt delivery and entry of common_interrupt'),
    irqFlow: assumed(100, 'flow handler and descriptor lock'),
    irqHandler: assumed(200, 'VFIO handler: lock, flag, disable'),
    irqUnmask: assumed(400, 'VFIO unmask: lock, flag, enable, IO-APIC write'),
    maskIntx: assumed(1500, 'read and write of PCI COMMAND and STATUS in configuration space'),
    unmaskIntx: assumed(1500, 'read and write of PCI COMMAND and STATUS in configuration space'),
    hostEoi: assumed(100, 'end of interrupt at the local APIC'),
    ioapicAccess: assumed(300, 'one write to an IO-APIC redirection entry'),
    eventfdSignal: assumed(100, 'eventfd count and wake-up of the poller'),
    eventfdRead: likeNullCall(SYSCALL, 'the read of an eventfd'),
    syscall: SYSCALL,
    threadWake: {
      value: 1.4,
      unit: 'us',
      trust: 'S',
      source: `${LMBENCH}: half a pipe round trip (8.85 us) less one context switch`,
    },
    contextSwitch: {
      value: 3.05,
      unit: 'us',
      trust: 'S',
      source: `${LMBENCH}: 2 processes, 0 kB (1.9 to 4.2 us; their middle)`,
    },
    haltWake: {
      value: 7,
      unit: 'us',
      trust: 'S',
      source: 'Linux aca6ff29c406: TCP_RR 34 us without and 27 us with halt polling',
    },
    haltExit: assumed(200, 'end of kvm_vcpu_halt'),
    resched: assumed(200, 'the thread that was preempted is picked again, beyond the context switch'),
    injectEvents: assumed(100, 'search of IRR and the write of the event to the VMCS'),
    vmEntry: NULL_EXIT,
    vmExit: NULL_EXIT,
    handleExit: assumed(50, 'dispatch on the exit reason'),
    apicRegister: cycles(
      1556 - 1300,
      'Q',
      `Virtual IRQ completion minus hypercall (1,556 and 1,300 cycles), ${ISCA16}`,
    ),
    apicAccept: assumed(100, 'destination lookup, IRR and TMR bits'),
    ioapicSetIrq: assumed(150, 'IOAPIC lock and redirection entry'),
    ioapicEoi: assumed(100, 'IOAPIC lock and remote-IRR'),
    notifyAcked: assumed(80, 'walk of the list of acknowledgement notifiers'),
    resamplerAck: assumed(100, 'lookup of the resampler'),
    virqfdWakeup: assumed(100, 'virqfd callback inside the signal'),
    irqfdWakeup: assumed(100, 'irqfd callback inside the signal'),
    vhostWakeup: assumed(100, 'vhost callback inside the signal: its work put into the list of its worker'),
    workqueue: assumed(200, 'a worker or an interrupt thread picks up its work, beyond being woken'),
    vcpuKick: assumed(80, 'look at the vCPU mode'),
    ipi: cycles(
      3102 - 1437,
      'Q',
      `Virtual IPI minus hypercall (3,102 and 1,437 cycles), ${ATC17}: the exit is paid apart`,
    ),
    postInterrupt: assumed(
      200,
      'IOMMU: IRTE and descriptor or backing page, when it posts (no figure for VT-d or AMD)',
    ),
    postedProcessing: assumed(
      100,
      'PIR to virtual IRR, or IRR after a doorbell, without an exit (a processor with APICv; that of this profile has none)',
    ),
    piUpdate: assumed(100, 'compare and exchange of the posted-interrupt descriptor, or IsRunning of AVIC'),
    pageFault: assumed(300, 'walk of the second-level tables'),
    pageMap: assumed(1000, 'one page mapped into the second-level tables'),
    mmioDecode: cycles(
      2565 - 1437 + 1847,
      'Q',
      `I/O Kernel minus hypercall (2,565 and 1,437 cycles), ${ATC17}, plus decoding MMIO instead of PIO (1,847, QEMU 22773d6066a7)`,
    ),
    ioBus: assumed(80, 'lookup of an address on a bus of KVM'),
    portIo: cycles(
      2565 - 1437,
      'Q',
      `I/O Kernel minus hypercall (2,565 and 1,437 cycles), ${ATC17}; that is a port served in KVM`,
    ),
    userspaceExit: USER_EXIT,
    kvmRunEntry: USER_EXIT,
    irqLineIoctl: likeNullCall(SYSCALL, 'KVM_IRQ_LINE, without the injection'),
    setIrqsIoctl: assumed(300, 'VFIO_DEVICE_SET_IRQS: ioctl and argument copy'),
    memorySlotDelete: assumed(25_000, 'KVM_SET_USER_MEMORY_REGION, delete: two SRCU grace periods and a zap'),
    memorySlotCreate: assumed(8000, 'KVM_SET_USER_MEMORY_REGION, create'),
    memoryCommit: assumed(4000, 'QEMU rebuilds its memory view'),
    dmaUnmap: assumed(5000, 'VFIO_IOMMU_UNMAP_DMA of a device region'),
    dmaMap: assumed(5000, 'VFIO_IOMMU_MAP_DMA of a device region'),
    bqlLock: assumed(50, 'uncontended futex'),
    dispatch: assumed(500, 'main loop finds and calls the handler'),
    deviceModel: assumed(300, 'code of the device model'),
    regionAccess: assumed(1200, 'memory dispatch, pread or pwrite, and the device access in the kernel'),
    ramDeviceAccess: assumed(800, 'memory dispatch and the device access through the mmap'),
    threadPool: assumed(500, 'a request handed to a thread of the pool, or back: lock, list, semaphore'),
    virtqueuePop: assumed(400, 'one chain of descriptors mapped, and the request parsed'),
    virtqueuePush: assumed(200, 'one used element, unmapping, status byte'),
    timerMod: assumed(200, 'timer_mod'),
    deviceAccess: assumed(400, 'one uncached register access over PCI'),
    guestApicAccess: assumed(20, 'the instruction that exits'),
    guestIdle: assumed(100, 'guest idle loop up to HLT'),
    guestIrqEntry: assumed(300, 'delivery through the IDT and entry code'),
    guestIrqFlow: assumed(200, 'guest flow handler'),
    guestHandler: assumed(300, 'the rest of the driver: no published figure for any handler'),
    virtqueueAdd: assumed(200, 'descriptors of a request and the available ring'),
    virtqueueKick: assumed(50, 'memory barrier and the look at the other side of the ring'),
    virtqueueGet: assumed(200, 'one used element taken, and its request completed'),
    tapReceive: assumed(1500, 'a packet that was written to a tap goes up the network stack of the host'),
    sendMessage: assumed(1000, 'a message goes down the network stack of the guest, its copy apart'),
    cpuRelax: assumed(40, 'PAUSE and the way round a loop that waits'),
    napiComplete: assumed(50, 'end of a NAPI poll'),
    guestSoftirq: assumed(1000, 'NAPI poll: no published figure'),
  },
};
