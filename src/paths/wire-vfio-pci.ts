import { compile } from '../engine/compile.ts';
import type { Field, State } from '../engine/state.ts';
import type { Procedure, Step } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { moveInHandler } from '../machine/guest/x86-affinity.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { isRead, PCI_REGISTER_OFFSET } from '../machine/hardware/pci-function.ts';
import type { PciRegister } from '../machine/hardware/pci-function.ts';
import { commonInterrupt } from '../machine/kernel/common-interrupt.ts';
import { IOWIN_READ, KVM_IOAPIC_ADDRESS } from '../machine/kernel/ioapic-mmio.ts';
import type { IoapicMmio } from '../machine/kernel/ioapic-mmio.ts';
import type { ScanIoapic } from '../machine/kernel/scan-ioapic.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import type { VfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { x86Surroundings } from '../machine/kernel/x86-surroundings.ts';
import { EXIT_HLT, EXIT_NONE, EXIT_OTHER_IRQ } from '../machine/kernel/x86-vcpu.ts';
import { AHCI_ADDRESS, AHCI_IRQ_STAT_READ } from '../machine/qemu/ahci.ts';
import { APIC_ADDRESS, APIC_TMR_READ, isApicRegister } from '../machine/qemu/apic-registers.ts';
import { pollBeforeSleep } from '../machine/kernel/halt-poll.ts';
import type { Halt } from '../machine/kernel/halt-poll.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import { barAccess } from './vfio-pci-basis.ts';
import { e1000Guest, isResuming, isThreaded } from './vfio-pci-x86-guest.ts';
import { ANY_CPU } from './wire-platform.ts';
import type { SecondVcpu, VcpuOfTwo } from './vfio-pci-affinity.ts';
import type { Neighbour } from './vfio-pci-neighbour.ts';
import { BAR, HOST_IRQ } from './vfio-pci-machine.ts';
import type { PciBase, PciMachine } from './vfio-pci-machine.ts';
import { isSecondVcpuAtRest, wireSecondVcpu } from './wire-second-vcpu.ts';
import type { Wiring } from './wiring.ts';

/** Registers that KVM or QEMU emulates, by the numbers that they trap with. */
const EMULATED_ADDRESS = { ...APIC_ADDRESS, ...KVM_IOAPIC_ADDRESS, ...AHCI_ADDRESS };
const EMULATED_READS = [APIC_TMR_READ, IOWIN_READ, AHCI_IRQ_STAT_READ];

/** What one path adds to the machine. */
export interface PciPath {
  readonly vfio: VfioPciIntx;
  /** Who hears of the guest's end of the interrupt in KVM. */
  readonly acked?: Procedure;
  /** Registers of the IOAPIC in KVM; absent if the guest never touches them while interrupts are delivered. */
  readonly ioapic?: IoapicMmio;
  /** The same, and which ends of interrupts each passes on, where there are two vCPUs. */
  readonly ofTwo?: readonly [VcpuOfTwo, VcpuOfTwo];
  /** Work of kernel workers, with the CPU that each runs on. */
  readonly works?: readonly { readonly work: Field; readonly cpu: number }[];
  /** What QEMU takes for the end of the interrupt. */
  readonly eoi?: NonNullable<VcpuThreadWiring['eoi']>;
  readonly view?: NonNullable<VcpuThreadWiring['view']>;
  readonly costs?: Readonly<Record<string, number>>;
  /** A second vCPU and its interrupt controllers; absent if there is one vCPU. */
  readonly second?: SecondVcpu & { readonly irqchip: GuestIrqchip };
  /** A device that shares the guest's interrupt line; absent if none does. */
  readonly neighbour?: Neighbour;
  /** What else must be at rest before the path is ready again. */
  readonly isAtRest?: (s: State) => boolean;
}

/** The guest's interrupt controllers, wherever they are emulated. */
export interface GuestIrqchip {
  /** ioctl(KVM_RUN). */
  readonly run: (loop: VcpuLoopWiring) => Procedure;
  readonly delivery: LineDelivery;
  /** How a halted vCPU waits in KVM; absent if HLT is QEMU's to handle. */
  readonly halt?: Pick<Halt, 'hasInterrupt' | 'loop'>;
  /** How the guest ends an interrupt. */
  readonly end: Readonly<Record<string, Step>>;
  readonly isAtRest: (s: State) => boolean;
  /** What QEMU's vCPU thread has to do with them; absent if nothing. */
  readonly vcpuThread?: Pick<VcpuThreadWiring, 'beforeRun' | 'otherExits'>;
  /** What ends its pause in a storm, as a label; absent if it has none. */
  readonly pauseEnds?: string;
  /** Work of a kernel worker that a timer interrupt of the vCPU's own CPU has queued; absent if there is none. */
  readonly timerWork?: Field;
}

/** PIC, IOAPIC and local APIC in KVM, with who hears of the guest's end of the interrupt there. */
export function kernelIrqchip(
  { vcpu, lineVcpu, pin }: Pick<PciMachine, 'vcpu' | 'lineVcpu' | 'pin'>,
  acked: Procedure | null,
  ioapic?: IoapicMmio,
  scan?: ScanIoapic,
): GuestIrqchip {
  const eoi = { inKernel: pin.updateEoi(acked), ...(scan ? { scan } : {}) };
  return {
    ...lineVcpu,
    run: (loop) => lineVcpu.run({ ...loop, ...(ioapic ? { ioapic } : {}) }, eoi),
    end: { ...(scan ? moveInHandler(vcpu) : {}), ...lineVcpu.end },
    isAtRest: (s) => pin.isAtRest(s) && lineVcpu.isAtRest(s),
  };
}

/** Adds the processes that the INTx paths share whose interrupt controllers are in KVM, and lays the machine out. */
export function wirePci(
  machine: PciMachine,
  settings: CompleteSettings,
  facts: Facts,
  path: PciPath,
): Wiring {
  const acked = path.acked ?? null;
  const { second } = machine;
  if (second === null || path.ofTwo === undefined) {
    return wirePciWith(kernelIrqchip(machine, acked, path.ioapic), machine, settings, facts, path);
  }
  const [a, b] = path.ofTwo;
  return wirePciWith(kernelIrqchip(machine, acked, a.ioapic, a.scan), machine, settings, facts, {
    ...path,
    second: {
      ...second,
      irqchip: kernelIrqchip({ ...second, pin: machine.pin }, acked, b.ioapic, b.scan),
    },
  });
}

/** Adds the processes that all INTx paths of an assigned e1000 share, and lays the machine out. */
export function wirePciWith(
  irqchip: GuestIrqchip,
  machine: PciBase,
  settings: CompleteSettings,
  { host }: Facts,
  path: Omit<PciPath, 'acked' | 'ioapic' | 'ofTwo'>,
): Wiring {
  const { m, device, vcpu, hostPin, slot } = machine;
  const surroundings = machine.isReal ? x86Surroundings(vcpu) : null;
  // A thread that moves is on no CPU in particular: nobody holds it up for ever.
  const vcpuCpu = surroundings === null ? host.vcpuCpu : ANY_CPU;
  const sameCpu = surroundings === null && host.irqCpu === host.vcpuCpu;
  // A register that has not been accessed yet is not asked for.
  const number = (s: State): number => Math.max(1, s[vcpu.mmioRegister] as number);
  const register = (s: State): PciRegister => number(s) as PciRegister;
  const isNeverMapped = (s: State): boolean => isApicRegister(number(s));
  m.process(
    'host IRQ',
    { kind: 'hardirq', cpu: host.irqCpu },
    commonInterrupt({
      pin: hostPin,
      descriptor: machine.descriptor,
      irqsOn: (s) => !sameCpu || s[vcpu.inGuest] === 0,
      handler: path.vfio.handler,
      irq: HOST_IRQ,
      name: 'vfio-intx(0000:00:10.0)',
    }),
  );
  const { timerWork } = irqchip;
  const works = [
    ...(path.works ?? []),
    ...(timerWork === undefined ? [] : [{ work: timerWork, cpu: vcpuCpu }]),
  ].filter(({ cpu }) => cpu === vcpuCpu);
  const needResched = (s: State): boolean => works.some(({ work }) => s[work] === 1);
  const haltPollUs = settings.number('haltPollUs');
  const { halt } = irqchip;
  const polled = (run: Procedure): Procedure =>
    haltPollUs === 0 || halt === undefined
      ? run
      : pollBeforeSleep(m, run, { ...halt, after: 'halt', needResched });
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: vcpuCpu },
    vcpuThread({
      bql: machine.lock,
      run: polled(
        irqchip.run({
          vcpu,
          names: machine.names,
          slot,
          access: {
            address: (s) => EMULATED_ADDRESS[number(s)] ?? BAR + PCI_REGISTER_OFFSET[register(s)],
            isRead: (s) => EMULATED_READS.includes(number(s)) || isRead(register(s)),
          },
          isNeverMapped,
          physicalIrq: (s) =>
            (sameCpu && hostPin.signals(s)) || (timerWork !== undefined && s[timerWork] === 1),
          needResched: works.length === 0 ? null : needResched,
          ...(surroundings ? { surroundings } : {}),
        }),
      ),
      ...barAccess(device, register),
      ...irqchip.vcpuThread,
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
      ...path.neighbour?.vcpuThread,
      ...(path.eoi ? { eoi: path.eoi } : {}),
      ...(path.view ? { view: path.view } : {}),
    }),
  );
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    e1000Guest(machine, settings, irqchip, path.neighbour),
  );
  if (path.second) {
    const { irqchip: own, vcpu: other } = path.second;
    const procedure = e1000Guest({ ...machine, vcpu: other }, settings, own, undefined);
    wireSecondVcpu(machine, path.second, own, procedure, host);
  }
  const { masked } = path.vfio;
  const { neighbour } = path;
  const handlerLabel = isThreaded(settings) ? 'run-thread' : 'call-handler';
  return {
    architecture: 'x86',
    model: compile(m),
    costs: {
      period: settings.number('periodUs') * 1000,
      haltPoll: haltPollUs * 1000,
      ...path.costs,
      ...neighbour?.costs,
    },
    sources: [
      {
        name: 'dev0',
        asserted: device.interruptStatus,
        masked: (s) => s[masked] === 1,
        handlerLabel,
        ...(irqchip.pauseEnds === undefined ? {} : { pauseEnds: irqchip.pauseEnds }),
      },
      ...(neighbour
        ? [{ name: neighbour.name, asserted: neighbour.asserted, masked: () => false, handlerLabel }]
        : []),
    ],
    // On a shared line one device's interrupt serves the other, whose own then finds nothing; and so it is with a driver
    // that comes back while an interrupt is under way.
    safety: neighbour || isResuming(settings) ? {} : { 'no-spurious': 'spurious' },
    isAtRest: (s) =>
      !device.interruptStatus(s) &&
      s[machine.trigger.count] === 0 &&
      s[masked] === 0 &&
      hostPin.isAtRest(s) &&
      irqchip.isAtRest(s) &&
      s[vcpu.injected] === 0 &&
      device.mayInterrupt(s) &&
      isExitHandled(s[vcpu.exitReason] as number) &&
      neighbour?.isAtRest(s) !== false &&
      (path.second === undefined || isSecondVcpuAtRest(s, path.second)) &&
      (path.isAtRest === undefined || path.isAtRest(s)),
  };
}

/** A vCPU that idles, or does something for another device, has nothing left to handle. */
export function isExitHandled(reason: number): boolean {
  return reason === EXIT_NONE || reason === EXIT_HLT || reason >= EXIT_OTHER_IRQ;
}
