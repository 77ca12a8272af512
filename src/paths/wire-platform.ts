import { compile } from '../engine/compile.ts';
import type { State } from '../engine/state.ts';
import type { Observation, Procedure } from '../engine/step.ts';
import type { Facts } from '../facts/facts.ts';
import { addBoot } from '../machine/guest/guest-boot.ts';
import { guestIrq } from '../machine/guest/guest-irq.ts';
import { dmaChannelInterrupt } from '../machine/guest/dma-channel-driver.ts';
import { otherWork } from '../machine/guest/other-work.ts';
import { xgmacInterrupt } from '../machine/guest/xgmac-driver.ts';
import type { HandlerOrder } from '../machine/guest/xgmac-driver.ts';
import type { PostedWrites } from '../machine/hardware/posted-write.ts';
import { REGISTER_OFFSET } from '../machine/hardware/xgmac.ts';
import type { XgmacRegister } from '../machine/hardware/xgmac.ts';
import { handleFasteoiIrq } from '../machine/kernel/genirq.ts';
import { GICD_ADDRESS, GICD_ICENABLER, GICD_ISENABLER } from '../machine/guest/threaded-handler.ts';
import type { DistributorAccess } from '../machine/kernel/trapped-access.ts';
import { pollBeforeSleep, wfi } from '../machine/kernel/halt-poll.ts';
import { kvmArchVcpuIoctlRun } from '../machine/kernel/kvm-run.ts';
import { EXIT_NONE, EXIT_OTHER, EXIT_WFX, MMIO_IDLE } from '../machine/kernel/vcpu-state.ts';
import { addSurroundings } from '../machine/kernel/surroundings.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';
import { signalled } from '../machine/kernel/vgic.ts';
import type { VgicIrq } from '../machine/kernel/vgic.ts';
import type { VfioPlatformIrq } from '../machine/kernel/vfio-platform-irq.ts';
import { vcpuThread } from '../machine/qemu/vcpu-thread.ts';
import type { VcpuThreadWiring } from '../machine/qemu/vcpu-thread.ts';
import type { CompleteSettings } from './read-settings.ts';
import { REGISTERS, trappedAccess } from './trapped-access.ts';
import type { PlatformLine, PlatformMachine } from './vfio-platform-machine.ts';
import type { Wiring } from './wiring.ts';

/** Where the virt machine puts the platform bus; each line of the device has a page of registers. */
const PLATFORM_BUS_BASE = 0x0c00_0000;
const PAGE = 0x1000;
/** A Linux interrupt number for the host's first line; any would do. */
const HOST_IRQ = 26;
/** Of threads that the scheduler moves about. */
export const ANY_CPU = -1;

/** What one path adds to the machine. */
export interface PlatformPath {
  /** VFIO's handler of each line. */
  readonly vfio: readonly VfioPlatformIrq[];
  /** Who hears of the guest's end of each interrupt in the kernel. */
  readonly acked?: readonly Procedure[];
  /** What KVM would do when the guest unmasks an interrupt whose end it has put off telling. */
  readonly lateResample?: NonNullable<DistributorAccess['resample']>;
  /** What unmasks the line again after the machine's reset; no release has it. */
  readonly rearmAfterReset?: Procedure;
  /** How the guest's writes get to the device, if not at once. */
  readonly posted?: { readonly writes: PostedWrites; readonly barrier: boolean };
  /** What QEMU takes for the end of the interrupt. */
  readonly eoi?: NonNullable<VcpuThreadWiring['eoi']>;
  /** Whether the line is forwarded to the guest; absent if it never is. */
  readonly forwarded?: (s: State) => boolean;
  readonly halted?: (s: State) => boolean;
  readonly entryMarks?: readonly Observation[];
  /** Safety properties that only this path promises, and their marks. */
  readonly safety?: Readonly<Record<string, string>>;
  readonly costs?: Readonly<Record<string, number>>;
  /** Whether QEMU holds each interrupt back. */
  readonly queued?: readonly ((s: State) => boolean)[];
  /** What else must be at rest before the path is ready again. */
  readonly isAtRest?: (s: State) => boolean;
}

/** Adds the processes that all paths of an assigned xgmac share, and lays the machine out. */
export function wirePlatform(
  machine: PlatformMachine,
  settings: CompleteSettings,
  { host }: Facts,
  path: PlatformPath,
): Wiring {
  const { m, hostCpu, lines, vcpu, lock } = machine;
  const irqs = lines.map(({ irq }) => irq);
  const sameCpu = host.irqCpu === host.vcpuCpu;
  const { lineOf, registerOf, direction } = trappedAccess(vcpu);
  const threaded = settings.choice('handlerContext') === 'threaded';
  const boot =
    settings.choice('start') === 'reset'
      ? addBoot(m, {
          gic: hostCpu.version,
          irq: irqs[0] as VgicIrq,
          vcpu,
          slot: (lines[0] as PlatformLine).slot,
          rearm: path.rearmAfterReset ?? null,
          cpu: machine.otherCpu,
        })
      : null;
  const distributor =
    threaded || boot ? distributorAccess(vcpu, irqs[0] as VgicIrq, path.lateResample ?? null) : undefined;
  const surroundings = settings.choice('surroundings') === 'real' ? addSurroundings(m, vcpu) : null;
  // A thread that moves is on no CPU in particular: nobody holds it up for ever.
  const vcpuCpu = surroundings === null ? host.vcpuCpu : ANY_CPU;
  const onIrqCpu = (s: State): boolean => (surroundings === null ? sameCpu : s[surroundings.onIrqCpu] === 1);
  const haltPollUs = settings.number('haltPollUs');
  const polled = (run: Procedure): Procedure =>
    haltPollUs === 0 ? run : pollBeforeSleep(m, run, { ...wfi(irqs), needResched: () => false });
  lines.forEach(({ suffix, gic, descriptor }, i) => {
    const irq = HOST_IRQ + i;
    m.process(
      `host IRQ${suffix}`,
      { kind: 'hardirq', cpu: host.irqCpu },
      handleFasteoiIrq({
        suffix,
        cpu: hostCpu,
        gic,
        descriptor,
        eoiMode: host.gicEoiMode,
        irqsOn: (s) => !onIrqCpu(s) || s[vcpu.irqsOff] === 0,
        ...(path.forwarded ? { forwarded: path.forwarded } : {}),
        handler: (path.vfio[i] as VfioPlatformIrq).handler,
        irq,
        name: `vfio-irq[${String(irq)}](fff51000.ethernet)`,
      }),
    );
  });
  m.process(
    'vCPU 0',
    { kind: 'thread', cpu: vcpuCpu },
    vcpuThread({
      bql: lock,
      run: polled(
        kvmArchVcpuIoctlRun({
          gic: hostCpu.version,
          vcpu,
          irqs,
          slot: (s) => (lines[lineOf(s)] as PlatformLine).slot,
          acked: path.acked ?? [],
          physicalIrq: (s) => {
            if (!onIrqCpu(s)) return false;
            for (const { gic } of lines) if (gic.signals(s)) return true;
            return false;
          },
          ...(distributor ? { distributor } : {}),
          ...(path.halted ? { halted: path.halted } : {}),
          ...(path.entryMarks ? { entryMarks: path.entryMarks } : {}),
          surroundings,
          access: {
            address: (s) =>
              GICD_ADDRESS[s[vcpu.mmioRegister] as number] ??
              PLATFORM_BUS_BASE + lineOf(s) * PAGE + REGISTER_OFFSET[registerOf(s)],
            isRead: (s) => direction(s) === 'read' && distributor?.isAddressed(s) !== true,
          },
        }),
      ),
      access: (s) => {
        (lines[lineOf(s)] as PlatformLine).device.access(s, registerOf(s));
      },
      accessTracepoints: [
        (s) => `syscalls:sys_enter_p${direction(s)}64`,
        (s) => `function:vfio_platform_${direction(s)}`,
        (s) => `qemu:vfio_region_${direction(s)}`,
      ],
      ...(surroundings ? { isForOther: surroundings.isForOther } : {}),
      ...(path.eoi ? { eoi: path.eoi } : {}),
    }),
  );
  const registerNumber = (line: number, register: XgmacRegister): number => line * REGISTERS + register;
  const load = settings.choice('guest') as 'idle' | 'busy';
  m.process(
    'guest',
    { kind: 'guest', vcpuThread: 'vCPU 0', inGuest: vcpu.inGuest },
    guestIrq({
      gic: hostCpu.version,
      vcpu,
      irqs,
      load,
      threaded,
      ...(path.posted?.barrier === true ? { barrier: path.posted.writes.haveLanded } : {}),
      hasBooted: boot?.hasBooted ?? null,
      otherWork:
        surroundings === null
          ? null
          : otherWork({
              vcpu,
              slots: lines.map(({ slot }) => slot),
              registerNumber,
              mayIdle: load === 'idle',
              isSignalled: (s) => signalled(irqs, s) >= 0,
            }),
      handlers: lines.map(({ device, slot, handlerWithoutAccess }, i) =>
        handlerWithoutAccess
          ? dmaChannelInterrupt(device)
          : xgmacInterrupt({
              line: device,
              registerNumber: (register) => registerNumber(i, register),
              vcpu,
              slot,
              ...(path.posted ? { access: path.posted.writes.access } : {}),
              order: settings.choice('handler') as HandlerOrder,
              accesses: settings.number('accesses'),
            }),
      ),
    }),
  );
  const masked = path.vfio.flatMap(({ automask }) => (automask ? [automask.masked] : []));
  return {
    architecture: 'arm64',
    model: compile(m),
    costs: { period: settings.number('periodUs') * 1000, haltPoll: haltPollUs * 1000, ...path.costs },
    sources: lines.map(({ suffix, device, gic, trigger, irq }, i) => ({
      name: `dev0${suffix}`,
      asserted: (s) => s[device.status] === 1,
      masked: (s) => masked[i] !== undefined && s[masked[i]] === 1,
      handlerLabel: `call-handler${irq.suffix}`,
      ...(gic.trigger === 'edge' && irq.config === 'edge'
        ? {
            edgeUnderWay: (s: State) =>
              gic.hasEdge(s) || s[trigger.count] !== 0 || path.queued?.[i]?.(s) === true || irq.hasEdge(s),
          }
        : {}),
    })),
    // Two edges can be merged by the device after both were signalled: then the second finds nothing.
    safety: {
      'no-double-injection': 'double-injection',
      'no-wrong-end': 'wrong-end',
      ...(settings.choice('trigger', 'level') === 'level' ? { 'no-spurious': 'spurious' } : {}),
      ...path.safety,
    },
    isAtRest: (s) => {
      for (const { device, gic, trigger, irq } of lines) {
        if (s[device.status] !== 0 || s[trigger.count] !== 0 || !gic.isAtRest(s) || !irq.isAtRest(s))
          return false;
      }
      for (const field of masked) if (s[field] !== 0) return false;
      // A vCPU that idles has nothing left to handle.
      const exit = s[vcpu.exitReason] as number;
      const exitHandled = exit === EXIT_NONE || exit === EXIT_WFX || exit >= EXIT_OTHER;
      return exitHandled && s[vcpu.mmio] === MMIO_IDLE && (path.isAtRest === undefined || path.isAtRest(s));
    },
  };
}

/** What the guest's writes to its distributor do to an interrupt. */
function distributorAccess(
  { mmioRegister }: Vcpu,
  irq: VgicIrq,
  resample: DistributorAccess['resample'],
): DistributorAccess {
  return {
    isAddressed: (s) => s[mmioRegister] === GICD_ICENABLER || s[mmioRegister] === GICD_ISENABLER,
    perform: (s) => {
      if (s[mmioRegister] === GICD_ISENABLER) irq.configure(s);
      else s[irq.enabled] = 0;
    },
    resample,
  };
}
