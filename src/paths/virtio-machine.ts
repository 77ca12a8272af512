import { fail, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { ModelBuilder } from '../engine/model.ts';
import type { State } from '../engine/state.ts';
import type { Facts } from '../facts/facts.ts';
import {
  blockApplication,
  VIRTIO_BLK_DRIVER,
  VIRTIO_SCSI_DRIVER,
} from '../machine/guest/virtio-blk-driver.ts';
import type { BlockApplication, QueueDriver } from '../machine/guest/virtio-blk-driver.ts';
import { virtqueue } from '../machine/guest/virtqueue.ts';
import type { Virtqueue } from '../machine/guest/virtqueue.ts';
import { ISR_READ } from '../machine/guest/virtio-pci-isr.ts';
import { disk } from '../machine/hardware/disk.ts';
import type { Disk } from '../machine/hardware/disk.ts';
import type { TracedAccess } from '../machine/kernel/kvm-io-bus.ts';
import type { ExitNames } from '../machine/kernel/x86-exits.ts';
import { x86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import type { X86Vcpu } from '../machine/kernel/x86-vcpu.ts';
import { aioNotifier } from '../machine/qemu/aio-context.ts';
import type { AioNotifier } from '../machine/qemu/aio-context.ts';
import { bql } from '../machine/qemu/bql.ts';
import type { Bql } from '../machine/qemu/bql.ts';
import type { CompleteSettings } from './read-settings.ts';
import type { CallWay } from './virtio-settings.ts';

/** Where q35 and its firmware put the notification and the ISR registers in traces X1; ports as SeaBIOS could. */
export const REGISTERS = {
  modern: { notify: 0xfebf_b000, isr: 0xfebf_9000 },
  legacy: { notify: 0xc050, isr: 0xc053 },
};

/** What every path of a virtio device is built on, whatever kind it is. */
export interface VirtioBasis {
  readonly m: ModelBuilder;
  readonly vcpu: X86Vcpu;
  readonly names: ExitNames;
  readonly access: TracedAccess;
  readonly transport: 'modern' | 'legacy';
  readonly eventIdx: boolean;
  readonly depth: number;
  readonly lock: Bql;
  readonly notifier: AioNotifier;
  readonly load: 'idle' | 'busy';
  /** Whether all that a real host shows goes on around the vCPU. */
  readonly isReal: boolean;
  readonly hasPvEoi: boolean;
  readonly vcpuCpu: number;
  /** A CPU for threads that do not run the guest. */
  readonly otherCpu: number;
  /** The CPU of the thread pool: one of its own, if there is one. */
  readonly poolCpu: number;
}

/** What every path of a virtio disk is built on, before it is decided how kick and call go. */
export interface VirtioMachine extends VirtioBasis {
  readonly queue: Virtqueue;
  readonly disk: Disk;
  readonly application: BlockApplication;
  readonly driver: QueueDriver;
  /** Whether an IOThread polls its queue. */
  readonly polls: boolean;
}

/** Adds the parts that all these paths share. An error says which fact or setting does not go with which. */
export function virtioMachine(
  settings: CompleteSettings,
  facts: Facts,
  call: CallWay,
  pollMaxNs: number,
): Result<VirtioMachine> {
  const m = new ModelBuilder();
  const depth = settings.number('queueDepth');
  const isScsi = settings.choice('device') === 'vhost-scsi';
  const options = isScsi ? { pushedAtOnce: depth } : {};
  const queue = virtqueue(m, depth, settings.choice('eventIdx') === 'on', options);
  const basis = virtioBasis(m, settings, facts, call);
  if (!basis.ok) return basis;
  return ok({
    ...basis.value,
    queue,
    disk: disk(m, depth),
    application: blockApplication(m, queue, depth),
    driver: isScsi ? VIRTIO_SCSI_DRIVER : VIRTIO_BLK_DRIVER,
    polls: pollMaxNs > 0,
  });
}

/** Adds the vCPU and the lock, and says where threads run. Errors as of {@link virtioMachine}. */
export function virtioBasis(
  m: ModelBuilder,
  settings: CompleteSettings,
  { host, guest }: Facts,
  call: CallWay,
): Result<VirtioBasis> {
  if (host.vcpuCpu >= host.cpus) {
    return fail(`the host has CPUs 0 to ${String(host.cpus - 1)}: vcpuCpu must be among them`);
  }
  if (host.cpus < 2) {
    return fail('cpus=1: a vCPU that shares its CPU with the threads of its device is not modelled');
  }
  if (host.apicv === 'on') {
    return fail('apicv=on: the interrupts of virtio through APICv or AVIC are not modelled yet');
  }
  if (call === 'intx' && settings.choice('irqchip') === 'split') {
    return fail('irqchip=split: the line of a virtio device through the IOAPIC in QEMU is not modelled yet');
  }
  const transport = settings.choice('transport') as 'modern' | 'legacy';
  const isReal = settings.choice('surroundings') === 'real';
  const vcpu = x86Vcpu(m, call === 'intx' ? ISR_READ : 1, false, isReal);
  return ok({
    m,
    vcpu,
    names: { vendor: host.vendor, x2apic: guest.x2apic === 'on' },
    access: registers(vcpu, transport),
    transport,
    eventIdx: settings.choice('eventIdx') === 'on',
    depth: settings.number('queueDepth'),
    lock: bql(m),
    notifier: aioNotifier(m),
    load: settings.choice('guest') as 'idle' | 'busy',
    isReal,
    hasPvEoi: guest.pvEoi === 'on',
    vcpuCpu: host.vcpuCpu,
    otherCpu: (host.vcpuCpu + 1) % host.cpus,
    poolCpu: (host.vcpuCpu + Math.min(2, host.cpus - 1)) % host.cpus,
  });
}

/** The device's registers as trace points print accesses to them. */
function registers({ mmioRegister }: X86Vcpu, transport: 'modern' | 'legacy'): TracedAccess {
  const { notify, isr } = REGISTERS[transport];
  const isRead = (s: State): boolean => s[mmioRegister] === ISR_READ;
  const address = `0x${isr.toString(16)}`;
  const done =
    transport === 'modern'
      ? `kvm:kvm_mmio mmio read len 1 gpa ${address}`
      : `kvm:kvm_pio pio_read at ${address} size 1 count 1`;
  return {
    address: (s) => (isRead(s) ? isr : notify),
    isRead,
    size: (s) => (isRead(s) ? 1 : 2),
    readDone: () => done,
  };
}
