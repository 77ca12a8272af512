import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { Facts } from '../facts/facts.ts';
import { GICV2, GICV3 } from '../machine/hardware/gic-version.ts';
import { gicCpuInterface, gicLine } from '../machine/hardware/gicv2.ts';
import type { GicCpuInterface, GicLine, Trigger } from '../machine/hardware/gicv2.ts';
import { deviceEvents, deviceLine } from '../machine/hardware/xgmac.ts';
import type { DeviceLine } from '../machine/hardware/xgmac.ts';
import { eventfd } from '../machine/kernel/eventfd.ts';
import type { Eventfd } from '../machine/kernel/eventfd.ts';
import { irqDescriptor } from '../machine/kernel/genirq.ts';
import type { IrqDescriptor } from '../machine/kernel/genirq.ts';
import { memorySlot } from '../machine/kernel/memory-slot.ts';
import type { MemorySlot } from '../machine/kernel/memory-slot.ts';
import { vcpuState } from '../machine/kernel/vcpu-state.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';
import { vgicIrq } from '../machine/kernel/vgic.ts';
import type { VgicIrq } from '../machine/kernel/vgic.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import { haltPollTrouble } from './halt-poll-setting.ts';
import type { CompleteSettings } from './read-settings.ts';
import { HANDLER_WITHOUT_ACCESS } from './workload-settings.ts';

/** First SPI of the virt machine's platform bus (112 lines up) as the guest's distributor numbers it. */
const PLATFORM_BUS_INTID = 144;

/** One interrupt of the device, from its status bit to the guest's distributor. */
export interface PlatformLine {
  /** Behind labels and names of this line; empty if the device has only one. */
  readonly suffix: string;
  readonly device: DeviceLine;
  /** Whether the guest's handler of this line touches no register. */
  readonly handlerWithoutAccess: boolean;
  readonly gic: GicLine;
  readonly descriptor: IrqDescriptor;
  readonly trigger: Eventfd;
  readonly irq: VgicIrq;
  /** What maps the region with this line's registers. */
  readonly slot: MemorySlot;
  /** The line as KVM's irqfd code numbers it. */
  readonly gsi: number;
}

/** How line `index` is wired, on the host (`trigger`) or in what the guest believes (`guestTrigger`). */
function triggerOf(settings: CompleteSettings, name: 'trigger' | 'guestTrigger', index: number): Trigger {
  const choice = settings.choice(name, 'level');
  if (choice === 'mixed') return index === 0 ? 'level' : 'edge';
  return choice as Trigger;
}

/** What every path of an assigned xgmac is built on, before it is decided who injects and who unmasks. */
export interface PlatformMachine {
  readonly m: ModelBuilder;
  readonly hostCpu: GicCpuInterface;
  readonly lines: readonly PlatformLine[];
  readonly vcpu: Vcpu;
  readonly lock: Bql;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
}

/**
 * Adds the parts that all paths share; a `forwardable` interrupt may stay active after the host's handler, and has
 * two who can disable it. Not `lazy` is the fix that is missing (IRQ_DISABLE_UNLAZY). An error says which fact or setting does not go with which.
 */
export function platformMachine(
  settings: CompleteSettings,
  { host }: Facts,
  bugs: ReadonlySet<string>,
  forwardable = false,
  lazy = true,
): Result<PlatformMachine> {
  if (host.vcpuCpu >= host.cpus || host.irqCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu and irqCpu must be among them`);
  }
  if (settings.choice('handler') === 'read-first' && settings.number('accesses') < 2) {
    return fail('accesses: a read-first handler makes at least 2, the read and the clearing write');
  }
  if (settings.choice('handlerContext') === 'threaded' && settings.number('lines') > 1) {
    return fail('handlerContext=threaded needs lines=1: threads of several interrupts are not modelled');
  }
  if (settings.choice('start') === 'reset' && settings.number('lines') > 1) {
    return fail('start=reset needs lines=1: the start of a device with several lines is not modelled');
  }
  const silent = HANDLER_WITHOUT_ACCESS.indexOf(settings.choice('handlerWithoutAccess', 'none')) - 1;
  if (silent >= settings.number('lines')) return fail('handlerWithoutAccess=second needs lines=2');
  if (silent >= 0 && triggerOf(settings, 'trigger', silent) === 'level') {
    return fail(
      'handlerWithoutAccess needs an edge: a level line that no access clears would stay up for ever',
    );
  }
  const otherCpu = (host.vcpuCpu + 1) % host.cpus;
  if (settings.choice('guest') === 'busy' && otherCpu === host.vcpuCpu) {
    return fail('guest=busy needs cpus=2 or more: preempting a guest that never idles is not modelled');
  }
  const trouble = haltPollTrouble(settings, host);
  if (trouble !== null) return fail(trouble);
  if (settings.number('haltPollUs') > 0 && settings.choice('surroundings', 'quiet') === 'real') {
    return fail(
      'haltPollUs needs surroundings=quiet: who else wakes the vCPU of a real host is not told apart',
    );
  }
  const m = new ModelBuilder();
  const hostCpu = gicCpuInterface(m, settings.choice('gic', '2') === '3' ? GICV3 : GICV2);
  const count = settings.number('lines');
  const lines = Array.from({ length: count }, (_, i): PlatformLine => {
    const suffix = count === 1 ? '' : ` ${String(i)}`;
    const device = deviceLine(m, suffix);
    const trigger = triggerOf(settings, 'trigger', i);
    const gic = gicLine(m, {
      suffix,
      trigger,
      wire: (s) => s[device.status] === 1,
      cpu: hostCpu,
      showsActive: forwardable,
    });
    const intid = PLATFORM_BUS_INTID + i;
    return {
      suffix,
      device,
      handlerWithoutAccess: i === silent,
      gic,
      descriptor: irqDescriptor(m, suffix, gic, forwardable ? 2 : 1, lazy),
      trigger: eventfd(m, `trigger${suffix}`),
      irq: vgicIrq(m, {
        suffix,
        intid,
        config: triggerOf(settings, 'guestTrigger', i),
        fromReset: settings.choice('start') === 'reset',
        pendingWhileActive: bugs.has('active-pending-storm'),
        queuedUnseen: bugs.has('queued-edge-unseen'),
      }),
      slot: memorySlot(m, settings.choice('mmap') === 'on', suffix),
      gsi: intid - 32,
    };
  });
  deviceEvents(
    m,
    lines.map(({ device, gic }) => ({ ...device, raise: gic.raise })),
  );
  return ok({
    m,
    hostCpu,
    lines,
    vcpu: vcpuState(m),
    lock: bql(m),
    otherCpu,
  });
}
