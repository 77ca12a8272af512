import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Facts, HostFacts } from '../facts/facts.ts';
import {
  blockApplication,
  noApplication,
  VIRTIO_BLK_DRIVER,
  VIRTIO_SCSI_DRIVER,
} from '../machine/guest/virtio-blk-driver.ts';
import type { DiskApplication, QueueDriver } from '../machine/guest/virtio-blk-driver.ts';
import type { TrappingVcpu } from '../machine/guest/mmio-access.ts';
import { packedVirtqueue } from '../machine/guest/packed-virtqueue.ts';
import { virtqueue } from '../machine/guest/virtqueue.ts';
import type { Virtqueue } from '../machine/guest/virtqueue.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { NOTIFY_WRITE } from '../machine/guest/virtqueue-driver.ts';
import { STATUS_WRITE } from '../machine/guest/virtio-status-driver.ts';
import { disk } from '../machine/hardware/disk.ts';
import type { Disk } from '../machine/hardware/disk.ts';
import type { TracedAccess } from '../machine/kernel/kvm-io-bus.ts';
import { GICV2, GICV3 } from '../machine/hardware/gic-version.ts';
import type { GicVersion } from '../machine/hardware/gic-version.ts';
import { vcpuState } from '../machine/kernel/vcpu-state.ts';
import type { Vcpu } from '../machine/kernel/vcpu-state.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { aioNotifier } from '../machine/qemu/aio-context.ts';
import type { AioNotifier } from '../machine/qemu/aio-context.ts';
import { UNMASK_QUEUE_VECTOR } from '../machine/qemu/virtio-pci-vector.ts';
import type { ServedDevice } from '../machine/qemu/served-device.ts';
import { VIRTIO_BLK_DEVICE } from '../machine/qemu/virtio-blk.ts';
import { VIRTIO_SCSI_DEVICE } from '../machine/qemu/virtio-scsi.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import { vcpuPause } from '../machine/qemu/vcpu-pause.ts';
import type { VcpuPause } from '../machine/qemu/vcpu-pause.ts';
import type { CompleteSettings } from './read-settings.ts';
import { isByStatus, stopsVm } from './virtio-notifier-settings.ts';
import type { NotifierOptions } from './virtio-notifier-settings.ts';
import { isMulti, isSecondAlone } from './virtio-queues.ts';
import { armRegisters, tracedRegisters, x86Registers } from './virtio-registers.ts';
import type { CallWay, VirtioTransport } from './virtio-settings.ts';

/** What every path of a virtio device is built on, whatever kind it is and whatever runs the guest. */
export interface VirtioCore {
  readonly m: ModelBuilder;
  readonly vcpu: TrappingVcpu;
  readonly access: TracedAccess;
  readonly transport: VirtioTransport;
  readonly eventIdx: boolean;
  readonly depth: number;
  readonly lock: Bql;
  readonly notifier: AioNotifier;
  readonly load: 'idle' | 'busy';
  /** Whether all that a real host shows goes on around the vCPU. */
  readonly isReal: boolean;
  readonly vcpuCpu: number;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
  /** The CPU of the thread pool: one of its own, if there is one. */
  readonly poolCpu: number;
}

/** The same with a guest on x86. */
export interface VirtioBasis extends VirtioCore {
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly hasPvEoi: boolean;
  readonly facts: Facts;
  /** Whether the IOAPIC is in KVM or in QEMU. */
  readonly irqchip: 'on' | 'split';
  readonly transport: Exclude<VirtioTransport, 'mmio'>;
  /** How the vCPU is stopped; absent if it never is. */
  readonly pause?: VcpuPause;
}

/** The same with a guest on Arm, and a GIC in KVM. */
export interface ArmVirtioBasis extends VirtioCore {
  readonly vcpu: Vcpu;
  readonly gic: GicVersion;
}

/** A disk, its queue, and who uses it. */
export interface VirtioDisk {
  /** As QEMU serves it, if it is QEMU that serves it. */
  readonly device: ServedDevice;
  readonly queue: Virtqueue;
  readonly disk: Disk;
  readonly application: DiskApplication;
  readonly driver: QueueDriver;
  /** Whether an IOThread polls its queue. */
  readonly polls: boolean;
}

/** What every path of a virtio disk is built on, before it is decided how kick and call go. */
export type VirtioMachine = VirtioBasis & VirtioDisk;

/** Adds the parts that all these paths share on x86. An error says which fact or setting does not go with which. */
export function virtioMachine(
  settings: CompleteSettings,
  facts: Facts,
  call: CallWay,
  pollMaxNs: number,
  notifiers: NotifierOptions | null = null,
): Result<VirtioMachine> {
  return withDisk(
    settings,
    pollMaxNs,
    (m) => virtioBasis(m, settings, facts, call, true, deviceOf(settings).queueIndex, notifiers),
    ({ pause }) => pause?.isStopped,
  );
}

/** The same on Arm. */
export function armVirtioMachine(
  settings: CompleteSettings,
  facts: Facts,
  call: CallWay,
  pollMaxNs: number,
): Result<ArmVirtioBasis & VirtioDisk> {
  return withDisk(settings, pollMaxNs, (m) =>
    armVirtioBasis(m, settings, facts, call, deviceOf(settings).queueIndex),
  );
}

function withDisk<Basis>(
  settings: CompleteSettings,
  pollMaxNs: number,
  addBasis: (m: ModelBuilder) => Result<Basis>,
  isHeld: (basis: Basis) => ((s: State) => boolean) | undefined = () => undefined,
): Result<Basis & VirtioDisk> {
  const m = new ModelBuilder();
  const depth = settings.number('queueDepth');
  const isVhostScsi = settings.choice('device') === 'vhost-scsi';
  const device = deviceOf(settings);
  const eventIdx = offersEventIdx(settings) && settings.choice('eventIdx') === 'on';
  const options = isVhostScsi ? { pushedAtOnce: depth } : {};
  const addQueue = settings.choice('ring') === 'packed' ? packedVirtqueue : virtqueue;
  const queue = addQueue(m, depth, eventIdx, options);
  const basis = addBasis(m);
  if (!basis.ok) return basis;
  return ok({
    ...basis.value,
    eventIdx,
    device,
    queue,
    disk: disk(m, depth),
    application: isSecondAlone(settings)
      ? noApplication(m)
      : blockApplication(m, queue, depth, isHeld(basis.value)),
    driver: isVhostScsi || device === VIRTIO_SCSI_DEVICE ? VIRTIO_SCSI_DRIVER : VIRTIO_BLK_DRIVER,
    polls: pollMaxNs > 0,
  });
}

/** The disk as QEMU serves it. */
function deviceOf(settings: CompleteSettings): ServedDevice {
  return settings.choice('device') === 'virtio-scsi' ? VIRTIO_SCSI_DEVICE : VIRTIO_BLK_DEVICE;
}

/** A feature that the backend does not offer is not there, whatever the device's option says. */
function offersEventIdx(settings: CompleteSettings): boolean {
  return settings.choice('device') !== 'vhost-user-blk' || settings.choice('backend') === 'sleep';
}

/**
 * Adds the vCPU and the lock, and says where threads run. `takesAny`: the device's interrupt comes in every way that an
 * x86 host has, by APICv or AVIC and through an IOAPIC in QEMU too. The guest notifies queue `queueIndex`. Errors as of
 * {@link virtioMachine}.
 */
export function virtioBasis(
  m: ModelBuilder,
  settings: CompleteSettings,
  facts: Facts,
  call: CallWay,
  takesAny = false,
  queueIndex = 0,
  notifiers: Pick<NotifierOptions, 'change'> | null = null,
): Result<VirtioBasis> {
  const { host, guest } = facts;
  const trouble = cpuTrouble(host);
  if (trouble !== null) return fail(trouble);
  const transport = settings.choice('transport') as VirtioTransport;
  if (transport === 'mmio') {
    return fail('transport=mmio needs arch=arm: virtio-mmio of a microvm is not modelled');
  }
  if (transport === 'modern-pio' && call === 'intx') {
    return fail('transport=modern-pio: a line, whose register is in memory, beside a port is not modelled');
  }
  const isSplitLine = call === 'intx' && settings.choice('irqchip') === 'split';
  if (!takesAny && host.apicv === 'on') {
    return fail('apicv=on: the interrupts of this device through APICv or AVIC are not modelled yet');
  }
  if (!takesAny && isSplitLine) {
    return fail('irqchip=split: the line of this device through the IOAPIC in QEMU is not modelled yet');
  }
  const isReal = settings.choice('surroundings') === 'real';
  if (isReal && (host.apicv === 'on' || isSplitLine)) {
    return fail('surroundings=real needs apicv=off, and irqchip=on for a line: nobody has traced the others');
  }
  if (notifiers !== null && host.apicv === 'on') {
    return fail(
      `notifiers=${notifiers.change} needs apicv=off: a vCPU that is stopped with it is not modelled`,
    );
  }
  const writesStatus = notifiers !== null && isByStatus(notifiers);
  const vcpu = x86Vcpu(m, writesStatus ? STATUS_WRITE : lastRegister(settings, call), false, isReal);
  const pause = notifiers !== null && stopsVm(notifiers) ? vcpuPause(m) : null;
  return ok({
    ...commonParts(m, settings, host),
    vcpu,
    ...(pause ? { pause } : {}),
    names: { vendor: host.vendor, x2apic: guest.x2apic === 'on' },
    access: tracedRegisters(x86Registers(transport, queueIndex), vcpu),
    transport,
    isReal,
    // KVM does not offer it to a vCPU with APICv or AVIC.
    hasPvEoi: guest.pvEoi === 'on' && host.apicv === 'off',
    facts,
    irqchip: settings.choice('irqchip') as 'on' | 'split',
  });
}

/** The same on Arm. */
export function armVirtioBasis(
  m: ModelBuilder,
  settings: CompleteSettings,
  { host }: Facts,
  call: CallWay,
  queueIndex = 0,
): Result<ArmVirtioBasis> {
  const trouble = cpuTrouble(host);
  if (trouble !== null) return fail(trouble);
  const transport = settings.choice('transport') as VirtioTransport;
  if (settings.choice('irqchip') !== 'on') {
    return fail('arch=arm needs irqchip=on: a GIC that QEMU emulates is not modelled');
  }
  if (transport === 'legacy' || transport === 'modern-pio') {
    return fail(`transport=${transport} needs arch=x86: ports that lie in memory are not modelled`);
  }
  if (transport === 'mmio' && call !== 'intx') {
    return fail('transport=mmio: a device on virtio-mmio has one line and no messages (call=intx)');
  }
  const vcpu = vcpuState(m);
  return ok({
    ...commonParts(m, settings, host),
    vcpu,
    gic: settings.choice('gic') === '3' ? GICV3 : GICV2,
    access: tracedRegisters(armRegisters(transport, queueIndex), vcpu),
    transport,
    isReal: settings.choice('surroundings') === 'real',
  });
}

/** The largest number of a register that a driver accesses whose device stays as it is. */
export function lastRegister(settings: CompleteSettings, call: CallWay): number {
  if (call === 'intx') return ISR_READ;
  return settings.choice('vectorChange', 'none') === 'mask' ? UNMASK_QUEUE_VECTOR : NOTIFY_WRITE;
}

function cpuTrouble(host: HostFacts): string | null {
  if (host.vcpuCpu >= host.cpus) {
    return `the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu must be among them`;
  }
  return host.cpus < 2
    ? 'cpus=1: a vCPU that shares its CPU with the threads of its device is not modelled'
    : null;
}

function commonParts(
  m: ModelBuilder,
  settings: CompleteSettings,
  host: HostFacts,
): Omit<VirtioCore, 'vcpu' | 'access' | 'transport' | 'isReal'> {
  const queues = isMulti(settings) ? 2 : 1;
  return {
    m,
    eventIdx: settings.choice('eventIdx') === 'on',
    depth: settings.number('queueDepth'),
    lock: bql(m, queues > 1),
    notifier: aioNotifier(m),
    load: settings.choice('guest') as 'idle' | 'busy',
    vcpuCpu: host.vcpuCpu,
    // Each queue has a vCPU, whose CPU is its own.
    otherCpu: (host.vcpuCpu + queues) % host.cpus,
    poolCpu: (host.vcpuCpu + Math.min(queues + 1, host.cpus - 1)) % host.cpus,
  };
}
