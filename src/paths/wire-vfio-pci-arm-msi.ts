import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import { armGuest } from '../machine/guest/arm-irq.ts';
import { nvmeIrq } from '../machine/guest/nvme-driver.ts';
import { DOORBELL_OFFSET } from '../machine/hardware/msi-function.ts';
import { armMsiInterrupt } from '../machine/kernel/arm-msi-interrupt.ts';
import type { SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { kvmArchVcpuIoctlRun } from '../machine/kernel/kvm-run.ts';
import { vfioMsiHandler } from '../machine/kernel/msi-interrupt.ts';
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
const HOST_IRQ = 30;
/** Where the virt machine's memory window for PCI begins. */
const BAR = 0x1000_0000;

/** How a message goes from VFIO to the guest. */
export interface ArmMsiPath {
  readonly message: GuestMessage;
  readonly trigger: SignalledEventfd;
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
  const { irq } = path.message;
  const sameCpu = host.irqCpu === host.vcpuCpu;
  const surroundings = settings.choice('surroundings') === 'real' ? addSurroundings(m, vcpu) : null;
  const onIrqCpu = (s: State): boolean => (surroundings === null ? sameCpu : s[surroundings.onIrqCpu] === 1);
  m.process(
    'host IRQ',
    { kind: 'hardirq', cpu: host.irqCpu },
    armMsiInterrupt({
      gic,
      eoiMode: host.gicEoiMode,
      message: device.message,
      irqsOn: (s) => !onIrqCpu(s) || s[vcpu.irqsOff] === 0,
      handler: vfioMsiHandler(path.trigger),
      irq: HOST_IRQ,
      name: `vfio-${machine.capability}[0](${BDF})`,
    }),
  );
  const { needResched } = path;
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: surroundings === null ? host.vcpuCpu : ANY_CPU },
    vcpuThread({
      bql: machine.lock,
      run: kvmArchVcpuIoctlRun({
        gic,
        vcpu,
        irqs: [irq],
        slot: () => slot,
        acked: [],
        physicalIrq: (s) => onIrqCpu(s) && s[device.message] === 1,
        ...(needResched && surroundings === null ? { needResched } : {}),
        surroundings,
        access: { address: () => BAR + DOORBELL_OFFSET, isRead: () => false },
      }),
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
      otherWork: surroundings !== null,
    }),
  );
  return {
    architecture: 'arm64',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000 },
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
        s[path.trigger.count] === 0 &&
        isMessageAtRest(path.message, s) &&
        (exit === EXIT_NONE || exit === EXIT_WFX || exit >= EXIT_OTHER) &&
        s[vcpu.mmio] === MMIO_IDLE &&
        path.isAtRest?.(s) !== false
      );
    },
  };
}
