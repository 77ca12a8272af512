import { compile } from '../engine/compile.ts';
import type { Field, State } from '../engine/state.ts';
import type { Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { nvmeIrq } from '../machine/guest/nvme-driver.ts';
import { x86OtherWork } from '../machine/guest/x86-other-work.ts';
import { x86EdgeGuest } from '../machine/guest/x86-edge-guest.ts';
import type { GuestTask } from '../machine/guest/x86-edge-guest.ts';
import type { Eventfd, SignalledEventfd } from '../machine/kernel/eventfd.ts';
import { msiInterrupt, vfioMsiHandler } from '../machine/kernel/msi-interrupt.ts';
import { x86Surroundings } from '../machine/kernel/x86-surroundings.ts';
import { EXIT_PAGE_FAULT } from '../machine/kernel/x86-vcpu.ts';
import { pollBeforeSleep } from '../machine/kernel/halt-poll.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { MsiMachine, MsiVcpu } from './vfio-pci-msi-machine.ts';
import { ANY_CPU } from './wire-platform.ts';
import { isExitHandled } from './wire-vfio-pci.ts';
import type { Wiring } from './wiring.ts';

export const BDF = '0000:00:11.0';
/** The host's Linux interrupt number in traces X4e to X4g. */
export const X86_MSI_HOST_IRQ = 30;

/** How the host takes a message: what its handler signals, and who listens. */
export interface MsiPath {
  readonly handler: Procedure;
  /** IRQD_IRQ_INPROGRESS, where anybody waits for the handler. */
  readonly inProgress?: Field;
  readonly triggers: readonly Eventfd[];
  /** The guest's writes to its MSI-X table, and what makes it write. */
  readonly msixTable?: NonNullable<VcpuThreadWiring['msixTable']>;
  readonly task?: GuestTask;
  readonly costs?: Readonly<Record<string, number>>;
  /** What else must be at rest before the path is ready again. */
  readonly isAtRest?: (s: State) => boolean;
}

/** A vector that signals one eventfd, for ever. */
export function oneTrigger(trigger: SignalledEventfd): MsiPath {
  return { handler: vfioMsiHandler(trigger), triggers: [trigger] };
}

/**
 * Adds the processes that all paths of a message share, and lays the machine out. `path` is null if the host never
 * sees the message.
 */
export function wireMsi(
  machine: MsiMachine,
  settings: CompleteSettings,
  { host }: Facts,
  target: Omit<MsiVcpu, 'destination'>,
  path: MsiPath | null,
): Wiring {
  const { m, device, vcpu, slot, load, sameCpu, isReal } = machine;
  const haltPollUs = settings.number('haltPollUs');
  if (path !== null) {
    m.process(
      'host IRQ',
      { kind: 'hardirq', cpu: host.irqCpu },
      msiInterrupt({
        message: device.message,
        irqsOn: (s) => !sameCpu || s[vcpu.inGuest] === 0,
        handler: path.handler,
        ...(path.inProgress === undefined ? {} : { inProgress: path.inProgress }),
        irq: X86_MSI_HOST_IRQ,
        name: `vfio-${machine.capability}[0](${BDF})`,
      }),
    );
  }
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: isReal ? ANY_CPU : host.vcpuCpu },
    vcpuThread({
      bql: machine.lock,
      run:
        haltPollUs === 0 || target.halt === undefined
          ? target.run
          : pollBeforeSleep(m, target.run, { ...target.halt, after: 'halt' }),
      access: () => undefined,
      accessTracepoints: [
        'syscalls:sys_enter_pwrite64',
        'function:vfio_pci_rw',
        'function:vfio_pci_bar_rw',
        'qemu:vfio_region_write',
      ],
      ...target.vcpuThread,
      ...(isReal ? { isForOther: x86Surroundings(vcpu).isForOther } : {}),
      ...(path?.msixTable ? { msixTable: path.msixTable } : {}),
    }),
  );
  const { delivery, endAt, endSteps } = target;
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    x86EdgeGuest({
      vcpu,
      load,
      delivery,
      endAt,
      ...(endSteps ? { endSteps } : {}),
      handler: nvmeIrq({ device, vcpu, slot, exitReason: EXIT_PAGE_FAULT }),
      ...(path?.task ? { task: path.task } : {}),
      ...(isReal
        ? {
            otherWork: x86OtherWork({
              vcpu,
              slot,
              label: 'other-work',
              again: 'next-work',
              at: 'Linux kernel/sched/idle.c do_idle, any other code',
              end: load === 'idle' ? 'halt' : null,
            }),
          }
        : {}),
    }),
  );
  return {
    architecture: 'x86',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000, haltPoll: haltPollUs * 1000, ...path?.costs },
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
    isAtRest: (s) =>
      s[device.completions] === 0 &&
      s[device.message] === 0 &&
      (path === null || path.triggers.every(({ count }) => s[count] === 0)) &&
      path?.isAtRest?.(s) !== false &&
      target.isAtRest(s) &&
      s[vcpu.interruptFlag] === 1 &&
      isExitHandled(s[vcpu.exitReason] as number),
  };
}
