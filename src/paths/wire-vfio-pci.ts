import { compile } from '../engine/compile.ts';
import type { Field, State } from '../engine/state.ts';
import type { Procedure, Step } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { e1000Clean, e1000Intr } from '../machine/guest/e1000-driver.ts';
import { withInterruptsOn, x86Guest } from '../machine/guest/x86-irq.ts';
import { x86OtherWork } from '../machine/guest/x86-other-work.ts';
import type { LineDelivery } from '../machine/guest/x86-irq.ts';
import { isRead, PCI_REGISTER_OFFSET } from '../machine/hardware/pci-function.ts';
import type { PciRegister } from '../machine/hardware/pci-function.ts';
import { commonInterrupt } from '../machine/kernel/common-interrupt.ts';
import type { VcpuLoopWiring } from '../machine/kernel/vcpu-run-wiring.ts';
import type { VfioPciIntx } from '../machine/kernel/vfio-pci-intx.ts';
import { x86Surroundings } from '../machine/kernel/x86-surroundings.ts';
import { EXIT_HLT, EXIT_NONE, EXIT_OTHER_IRQ, EXIT_PAGE_FAULT } from '../machine/kernel/x86-vcpu.ts';
import { APIC_ADDRESS, APIC_TMR_READ, isApicRegister } from '../machine/qemu/apic-registers.ts';
import { pollBeforeSleep } from '../machine/kernel/halt-poll.ts';
import type { Halt } from '../machine/kernel/halt-poll.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import { ANY_CPU } from './wire-platform.ts';
import { BAR, HOST_IRQ } from './vfio-pci-machine.ts';
import type { PciBase, PciMachine } from './vfio-pci-machine.ts';
import type { Wiring } from './wiring.ts';

/** What one path adds to the machine. */
export interface PciPath {
  readonly vfio: VfioPciIntx;
  /** Who hears of the guest's end of the interrupt in KVM. */
  readonly acked?: Procedure;
  /** Work of kernel workers, with the CPU that each runs on. */
  readonly works?: readonly { readonly work: Field; readonly cpu: number }[];
  /** What QEMU takes for the end of the interrupt. */
  readonly eoi?: NonNullable<VcpuThreadWiring['eoi']>;
  readonly view?: NonNullable<VcpuThreadWiring['view']>;
  readonly costs?: Readonly<Record<string, number>>;
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
}

/** PIC, IOAPIC and local APIC in KVM, with who hears of the guest's end of the interrupt there. */
export function kernelIrqchip({ lineVcpu, pin }: PciMachine, acked: Procedure | null): GuestIrqchip {
  const inKernel = pin.updateEoi(acked);
  return {
    ...lineVcpu,
    run: (loop) => lineVcpu.run(loop, { inKernel }),
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
  return wirePciWith(kernelIrqchip(machine, path.acked ?? null), machine, settings, facts, path);
}

/** Adds the processes that all INTx paths of an assigned e1000 share, and lays the machine out. */
export function wirePciWith(
  irqchip: GuestIrqchip,
  machine: PciBase,
  settings: CompleteSettings,
  { host }: Facts,
  path: Omit<PciPath, 'acked'>,
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
  const direction = (s: State): string => (isRead(register(s)) ? 'read' : 'write');
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
  const works = (path.works ?? []).filter(({ cpu }) => cpu === vcpuCpu);
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
            address: (s) => APIC_ADDRESS[number(s)] ?? BAR + PCI_REGISTER_OFFSET[register(s)],
            isRead: (s) => number(s) === APIC_TMR_READ || isRead(register(s)),
          },
          isNeverMapped,
          physicalIrq: (s) => sameCpu && hostPin.signals(s),
          needResched: works.length === 0 ? null : needResched,
          ...(surroundings ? { surroundings } : {}),
        }),
      ),
      access: (s) => {
        device.access(s, register(s));
      },
      accessTracepoints: [
        (s) => `syscalls:sys_enter_p${direction(s)}64`,
        'function:vfio_pci_rw',
        'function:vfio_pci_bar_rw',
        (s) => `qemu:vfio_region_${direction(s)}`,
      ],
      ...irqchip.vcpuThread,
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
      ...(path.eoi ? { eoi: path.eoi } : {}),
      ...(path.view ? { view: path.view } : {}),
    }),
  );
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    guest(machine, settings, irqchip),
  );
  const { masked } = path.vfio;
  return {
    architecture: 'x86',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000, haltPoll: haltPollUs * 1000, ...path.costs },
    sources: [
      {
        name: 'dev0',
        asserted: device.interruptStatus,
        masked: (s) => s[masked] === 1,
        handlerLabel: 'call-handler',
      },
    ],
    safety: { 'no-spurious': 'spurious' },
    isAtRest: (s) =>
      !device.interruptStatus(s) &&
      s[machine.trigger.count] === 0 &&
      s[masked] === 0 &&
      hostPin.isAtRest(s) &&
      irqchip.isAtRest(s) &&
      s[vcpu.injected] === 0 &&
      device.mayInterrupt(s) &&
      isExitHandled(s[vcpu.exitReason] as number) &&
      (path.isAtRest === undefined || path.isAtRest(s)),
  };
}

/** A vCPU that idles, or does something for another device, has nothing left to handle. */
export function isExitHandled(reason: number): boolean {
  return reason === EXIT_NONE || reason === EXIT_HLT || reason >= EXIT_OTHER_IRQ;
}

function guest(machine: PciBase, settings: CompleteSettings, { end, delivery }: GuestIrqchip): Procedure {
  const { napi, vcpu } = machine;
  const wiring = { ...machine, exitReason: EXIT_PAGE_FAULT };
  const load = settings.choice('guest') as 'idle' | 'busy';
  const work = { vcpu, slot: machine.slot };
  return x86Guest({
    vcpu,
    delivery,
    end,
    load,
    otherWork: machine.isReal
      ? x86OtherWork({
          ...work,
          label: 'other-work',
          again: 'next-work',
          at: 'Linux kernel/sched/idle.c do_idle, drivers/net/ethernet/intel/e1000/e1000_main.c e1000_xmit_frame, any other code',
          end: load === 'idle' ? 'halt' : null,
        })
      : null,
    handler: e1000Intr({ ...wiring, accesses: settings.number('accesses') }),
    softirq:
      napi === null
        ? null
        : {
            raised: napi,
            run: (interrupt) =>
              e1000Clean(
                wiring,
                (...stretch) => withInterruptsOn({ vcpu, delivery }, interrupt, ...stretch),
                machine.isReal
                  ? x86OtherWork({
                      ...work,
                      label: 'poll-work',
                      again: 'before-poll-work',
                      at: 'Linux drivers/net/ethernet/intel/e1000/e1000_main.c e1000_clean_rx_irq, e1000_xmit_frame',
                      end: { to: 'before-write-ims' },
                    })
                  : null,
              ),
          },
  });
}
