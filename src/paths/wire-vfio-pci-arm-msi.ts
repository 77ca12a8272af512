import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { armGuest } from '../machine/guest/arm-irq.ts';
import { armOtherWork } from '../machine/guest/arm-other-work.ts';
import { nvmeIrq } from '../machine/guest/nvme-driver.ts';
import { DOORBELL_OFFSET } from '../machine/hardware/msi-function.ts';
import type { VirtualPe } from '../machine/hardware/gicv4.ts';
import { armMsiInterrupt } from '../machine/kernel/arm-msi-interrupt.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { pollBeforeSleep, wfi } from '../machine/kernel/halt-poll.ts';
import { kvmArchVcpuIoctlRun } from '../machine/kernel/kvm-run.ts';
import { vfioMsiHandler } from '../machine/kernel/msi-interrupt.ts';
import type { VcpuVpe } from '../machine/kernel/vgic-v4.ts';
import { addSurroundings } from '../machine/kernel/surroundings.ts';
import { EXIT_DABT, EXIT_NONE, EXIT_OTHER, EXIT_WFX, MMIO_IDLE } from '../machine/kernel/vcpu-state.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import { isMessageAtRest } from './vfio-pci-arm-msi-machine.ts';
import type { ArmMsiMachine, GuestMessage } from './vfio-pci-arm-msi-machine.ts';
import { ANY_CPU } from './wire-platform.ts';
import { BDF } from './wire-vfio-pci-msi.ts';
import type { Wiring } from './wiring.ts';

/** Linux' number of the interrupt in trace A2-gicv3-vfio-e1000e-msix-irqfd. */
export const ARM_MSI_HOST_IRQ = 30;
/** Where the virt machine's memory window for PCI begins. */
const BAR = 0x1000_0000;

/** A message that a GICv4 delivers by itself. */
export interface ForwardedMessage {
  readonly kind: 'vlpi';
  readonly irq: VirtualPe;
  readonly vpe: VcpuVpe;
}

/** How a message goes from VFIO to the guest. */
export interface ArmMsiPath {
  readonly message: GuestMessage | ForwardedMessage;
  /** What VFIO's handler signals; null if the host never sees the message. */
  readonly trigger: SignalledEventfd | null;
  /** Whether a worker waits for the CPU of the vCPU thread; absent if none ever does. */
  readonly needResched?: (s: State) => boolean;
  /** What else must be at rest before the path is ready again. */
  readonly isAtRest?: (s: State) => boolean;
}

/** Adds the processes that all paths of a message share on Arm, and lays the machine out. */
export function wireArmMsi(
  machine: ArmMsiMachine,
  settings: CompleteSettings,
  { host }: Facts,
  path: ArmMsiPath,
): Wiring {
  const { m, device, gic, vcpu, slot, load } = machine;
  const { message, trigger } = path;
  const { irq } = message;
  const sameCpu = host.irqCpu === host.vcpuCpu;
  const surroundings = settings.choice('surroundings', 'quiet') === 'real' ? addSurroundings(m, vcpu) : null;
  const onIrqCpu = (s: State): boolean => (surroundings === null ? sameCpu : s[surroundings.onIrqCpu] === 1);
  const irqsOn = (s: State): boolean => !onIrqCpu(s) || s[vcpu.irqsOff] === 0;
  if (trigger !== null) {
    m.process(
      'host IRQ',
      { kind: 'hardirq', cpu: host.irqCpu },
      armMsiInterrupt({
        gic,
        eoiMode: host.gicEoiMode,
        message: device.message,
        irqsOn,
        handler: vfioMsiHandler(trigger),
        irq: ARM_MSI_HOST_IRQ,
        name: `vfio-${machine.capability}[0](${BDF})`,
      }),
    );
  }
  if (message.kind === 'vlpi') {
    // The doorbell follows the vPE, so that it comes to the CPU that the vCPU has blocked on.
    const mayInterrupt = (s: State): boolean => s[vcpu.irqsOff] === 0;
    m.process(
      'doorbell IRQ',
      { kind: 'hardirq', cpu: host.vcpuCpu },
      message.vpe.doorbell(mayInterrupt, vcpu),
    );
  }
  const { needResched } = path;
  const haltPollUs = settings.number('haltPollUs');
  const polled = (run: Procedure): Procedure =>
    haltPollUs === 0 || message.kind === 'vlpi'
      ? run
      : pollBeforeSleep(m, run, { ...wfi([message.irq]), needResched: needResched ?? (() => false) });
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: surroundings === null ? host.vcpuCpu : ANY_CPU },
    vcpuThread({
      bql: machine.lock,
      run: polled(
        kvmArchVcpuIoctlRun({
          gic,
          vcpu,
          irqs: message.kind === 'vlpi' ? [] : [message.irq],
          ...(message.kind === 'vlpi' ? { vpe: message.vpe } : {}),
          slot: () => slot,
          acked: [],
          physicalIrq: (s) =>
            message.kind === 'vlpi' ? s[message.irq.doorbell] === 1 : onIrqCpu(s) && s[device.message] === 1,
          ...(needResched && surroundings === null ? { needResched } : {}),
          surroundings,
          access: { address: () => BAR + DOORBELL_OFFSET, isRead: () => false },
        }),
      ),
      access: () => undefined,
      accessTracepoints: [
        'syscalls:sys_enter_pwrite64',
        'function:vfio_pci_rw',
        'function:vfio_pci_bar_rw',
        'qemu:vfio_region_write',
      ],
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
    }),
  );
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    armGuest({
      gic,
      vcpu,
      irq,
      load,
      handler: nvmeIrq({ device, vcpu, slot, exitReason: EXIT_DABT }),
      softirq: null,
      otherWork:
        surroundings === null
          ? null
          : armOtherWork({
              vcpu,
              isSignalled: irq.isSignalled,
              slot: null,
              label: 'other-work',
              take: 'take-interrupt',
              at: 'Linux kernel/sched/idle.c do_idle, any other code',
              end: load === 'idle' ? 'halt' : null,
            }),
    }),
  );
  return {
    architecture: 'arm64',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000, haltPoll: haltPollUs * 1000 },
    sources: [
      {
        name: 'dev0',
        asserted: (s) => s[device.completions] === 1,
        masked: () => false,
        handlerLabel: 'call-handler',
      },
    ],
    // A message may always come for a completion that the handler call before it has taken.
    safety: {},
    isAtRest: (s) => {
      const exit = s[vcpu.exitReason] as number;
      return (
        s[device.completions] === 0 &&
        s[device.message] === 0 &&
        (trigger === null || s[trigger.count] === 0) &&
        (message.kind === 'vlpi' ? message.irq.isAtRest(s) : isMessageAtRest(message, s)) &&
        (exit === EXIT_NONE || exit === EXIT_WFX || exit >= EXIT_OTHER) &&
        s[vcpu.mmio] === MMIO_IDLE &&
        path.isAtRest?.(s) !== false
      );
    },
  };
}
